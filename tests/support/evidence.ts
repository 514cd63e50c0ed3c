import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/**
 * What the whole run logged and what must not be in it, kept in the run's temporary directory. The last step of the
 * run searches the one for the other.
 */
const directory = process.env['PROOFLINE_TEST_EVIDENCE'];

/** Remembers a code, a secret or a number that no log line of this run may contain. */
export function noteSecret(secret: string): void {
  if (directory) appendFileSync(join(directory, 'secrets.txt'), `${secret}\n`);
}

/** A stream that keeps log lines for one test and adds them to the evidence of the run. */
export class LogCapture extends Writable {
  readonly lines: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const text = chunk.toString();
    // Several may come at once; each keeps its end.
    this.lines.push(...text.split(/(?<=\n)/));
    if (directory) appendFileSync(join(directory, 'log.jsonl'), text);
    done();
  }

  /** Lines leave at the end of a turn of the event loop: afterwards those that were written so far are here. */
  async flushed(): Promise<this> {
    await turn();
    return this;
  }

  /** The lines with this message, parsed. */
  events(message: string): Record<string, unknown>[] {
    return this.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['message'] === message);
  }
}
