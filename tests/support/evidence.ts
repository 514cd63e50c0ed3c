import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/** The run's log lines and registered secrets. The global teardown searches the log for the secrets. */
const directory = process.env['PROOFLINE_TEST_EVIDENCE'];

/** Registers a code, a secret or a phone number that no log line of this run may contain. */
export function noteSecret(secret: string): void {
  if (directory) appendFileSync(join(directory, 'secrets.txt'), `${secret}\n`);
}

export class LogCapture extends Writable {
  readonly lines: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const text = chunk.toString();
    this.lines.push(...text.split(/(?<=\n)/));
    if (directory) appendFileSync(join(directory, 'log.jsonl'), text);
    done();
  }

  /** Resolves when the logger has flushed the lines written so far. */
  async flushed(): Promise<this> {
    await turn();
    return this;
  }

  events(message: string): Record<string, unknown>[] {
    return this.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['message'] === message);
  }
}
