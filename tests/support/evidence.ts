import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';

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
export class LogKeeper extends Writable {
  readonly lines: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const line = chunk.toString();
    this.lines.push(line);
    if (directory) appendFileSync(join(directory, 'log.jsonl'), line);
    done();
  }

  /** The lines with this message, parsed. */
  events(message: string): Record<string, unknown>[] {
    return this.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['message'] === message);
  }
}
