import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles } from '../../../architecture/source-tree.js';
import { REDIS_TIMEOUTS_MS } from '../../../../src/clients/redis-client.js';
import { COMMANDS } from '../../../../src/cli/commands.js';
import { ENV_SCHEMA } from '../../../../src/config/env.js';
import { DATABASE_TIMEOUTS } from '../../../../src/database/connection.js';
import { Metrics } from '../../../../src/observability/metrics.js';

const text = readFileSync(join(import.meta.dirname, '../../../../docs/operations.md'), 'utf8');
const section = (heading: string) => text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
/** What the first cells of a section's tables name in code. */
const named = (heading: string) =>
  [...section(heading).matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );

describe('the operations page', () => {
  test('lists every event that is logged, and no other', () => {
    const logged = sourceFiles('src')
      .filter((file) => !file.path.startsWith('src/development/simulator/'))
      .flatMap((file) =>
        [...file.text.matchAll(/'((?:[a-z]+)\.[a-z_]+)'[,)]?/g)].map((m) => m[1] ?? ''),
      )
      .filter((name) =>
        /^(process|database|http|limit|otp|provider|idempotency|maintenance|redis|callback|config|account|webhook)\./.test(
          name,
        ),
      )
      // An event for receivers, not for the log.
      .filter((name) => name !== 'webhook.test');
    const changing = ['unblock', 'block', 'safe', 'unlist', 'erase', 'purge', 'sweep'];
    const expected = new Set([...logged, ...changing.map((name) => `operator.${name}`)]);
    expect(named('Log events').sort()).toEqual([...expected].sort());
  });

  test('lists every metric, and no other', async () => {
    const metrics = new Metrics(false);
    metrics.watchCircuits([]);
    metrics.watchPool(() => ({}));
    metrics.watchRedis({ isUp: true });
    const made = [...(await metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
    expect(named('Metrics').sort()).toEqual(made.sort());
  });

  test('names commands and variables that are there', () => {
    const commands = [...section('Recipes').matchAll(/\| `([a-z]+)[ `]/g)].map((match) => match[1]);
    expect(commands.length).toBeGreaterThan(5);
    const firstWords = [...COMMANDS.keys()].map((name) => name.split(' ')[0]);
    for (const name of commands) expect(firstWords).toContain(name);
    const written = [...text.matchAll(/`([A-Z][A-Z]+_[A-Z0-9_]+)`/g)].map(
      (match) => match[1] ?? '',
    );
    // Node reads the last two.
    const known = new Set([...Object.keys(ENV_SCHEMA.shape), 'NO_COLOR', 'FORCE_COLOR']);
    expect(written.filter((name) => !known.has(name))).toEqual([]);
    for (const name of known) if (name.startsWith('LIMIT_')) expect(written).toContain(name);
  });

  test('says the time-outs that are in force', () => {
    const seconds = (ms: number) => `${ms / 1000} s`;
    for (const ms of [...Object.values(DATABASE_TIMEOUTS), ...Object.values(REDIS_TIMEOUTS_MS)]) {
      expect(section('Outside connections')).toContain(seconds(ms));
    }
  });
});
