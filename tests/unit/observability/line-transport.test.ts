import { execFile } from 'node:child_process';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLogger } from '../../../src/observability/logger.js';

const LOGGER = fileURLToPath(new URL('../../../dist/observability/logger.js', import.meta.url));

const messages = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { message: string }).message);

/** A logger, and the writes to its stream. */
function logged() {
  const writes: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk.toString());
      done();
    },
  });
  return { writes, logger: createLogger({ level: 'info', stream }) };
}

test('the lines of one turn are written at once, in order', async () => {
  const { writes, logger } = logged();
  for (const message of ['one', 'two', 'three']) logger.info(message);
  expect(writes).toEqual([]);
  await turn();
  logger.info('four');
  await turn();
  await turn();
  expect(writes.map(messages)).toEqual([['one', 'two', 'three'], ['four']]);
});

test.each([
  ['process.exit(3)', 3],
  ["throw new Error('nobody catches this')", 1],
])('%s loses no earlier line', async (end, code) => {
  const program = `
    const { createLogger } = await import(${JSON.stringify(LOGGER)});
    const logger = createLogger({ level: 'info' });
    logger.info('one');
    logger.info('two');
    ${end};`;
  const args = ['--input-type=module', '-e', program];
  const ended = promisify(execFile)(process.execPath, args).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (failure: unknown) => failure as { stdout: string; code: number },
  );
  expect({ code: (await ended).code, messages: messages((await ended).stdout) }).toEqual({
    code,
    messages: ['one', 'two'],
  });
});

test('an error is written at once, with the lines before it', () => {
  const { writes, logger } = logged();
  logger.info('one');
  logger.error('two');
  expect(writes.map(messages)).toEqual([['one', 'two']]);
});

test('no write exceeds the atomic size of a pipe', async () => {
  const { writes, logger } = logged();
  for (let i = 0; i < 100; i += 1) logger.info('one', { outcome: 'x'.repeat(100) });
  await turn();
  expect(writes.flatMap(messages)).toHaveLength(100);
  expect(Math.max(...writes.map((text) => text.length))).toBeLessThanOrEqual(4096);
  expect(writes.length).toBeLessThan(10);
});
