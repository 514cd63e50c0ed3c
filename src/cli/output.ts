import type { Failure } from './tools.js';

/**
 * Prints the result of a command. With `json` standard output gets exactly one JSON object on one line;
 * without, it gets the text of a success, and standard error what failed.
 */
export function printResult(
  { data, lines, failure }: { data: object; lines: string[]; failure?: Failure },
  json: boolean,
): void {
  if (json) {
    print([JSON.stringify({ ...data, ...(failure && { error: failure }) })]);
    return;
  }
  if (lines.length > 0) print(lines);
  if (failure) process.stderr.write(`${failure.message}\n`);
}

/** Ignores EPIPE: a reader such as `head -1` closes the pipe early, which is no failure. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
