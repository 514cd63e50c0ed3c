import { setTimeout as sleep } from 'node:timers/promises';
import { HistoryHarness } from './history-harness.js';
import { SeededRandom } from './client-group.js';
import { checkHistory, type History, type Verdict } from './history-checker.js';
import { RULES } from './service-under-test.js';

const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_121);
const USUAL = process.env['CI'] === 'true' ? 5_000 : 2_000;
const OPERATIONS = Number(process.env['HISTORY_OPERATIONS'] ?? USUAL);
const CLIENTS = 16;
const NUMBERS = 12;
/**
 * Seconds between rounds. The last pause expires codes and empties windows.
 * The crash group keeps to short pauses, or the sweeper would settle its lost sends.
 */
const PAUSES = [1, 2, 4, 62];
const ROUND = 50;
const SHORT_PAUSE = 5;
const CRASH_AFTER = 2;
const CRASH_MS = 40;
const MAX_UNDECIDED_SHARE = 0.005;
/** 40,000 operations take 21 minutes on a busy machine of two cores. */
const LIMIT_MS = Math.max(600_000, OPERATIONS * 60);

test(
  '16 concurrent clients, a failing provider and a crash: every history has an explaining order',
  async () => {
    const random = new SeededRandom(SEED);
    const harness = await HistoryHarness.open(random);
    try {
      const startedAt = performance.now();
      const histories = await collect(harness, random);
      const playedAt = performance.now();
      const verdicts = histories.map((history) => checkHistory(RULES, history));
      const times = [playedAt - startedAt, performance.now() - playedAt];
      report(harness, histories, verdicts, times);
      const impossible = histories.filter((_, i) => verdicts[i] === 'impossible');
      expect(impossible.map(describeHistory)).toEqual([]);
      const undecided = verdicts.filter((verdict) => verdict === 'undecided').length;
      expect(undecided).toBeLessThanOrEqual(Math.max(1, verdicts.length * MAX_UNDECIDED_SHARE));
    } finally {
      await harness.close();
    }
  },
  LIMIT_MS,
);

async function collect(harness: HistoryHarness, random: SeededRandom): Promise<History[]> {
  const histories: History[] = [];
  const groups = Math.ceil(OPERATIONS / (ROUND * (PAUSES.length + 1)));
  for (let n = 0; n < groups; n += 1) {
    const group = harness.group(NUMBERS, random);
    const crashes = n === Math.floor(groups / 2);
    await group.run(CLIENTS, ROUND);
    for (const pause of PAUSES) {
      await harness.clock.advance((crashes ? Math.min(pause, SHORT_PAUSE) : pause) * 1000);
      const playing = group.run(CLIENTS, ROUND);
      if (crashes && pause === CRASH_AFTER) {
        await sleep(CRASH_MS);
        await harness.crash(group);
      }
      await playing;
    }
    histories.push(...(await harness.historiesOf(group)));
  }
  return histories;
}

function report(
  harness: HistoryHarness,
  histories: History[],
  verdicts: Verdict[],
  [played = 0, searched = 0]: number[],
): void {
  const operations = histories.flatMap((history) => history.operations);
  const count = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length;
  const lost = operations.filter(({ answer }) => !answer).length;
  const overlapping = histories.reduce((sum, history) => sum + overlapsIn(history), 0);
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
  process.stdout.write(
    `${operations.length} operations on ${histories.length} numbers, seed ${SEED}: ${seconds(played)} s; ` +
      `checked in ${seconds(searched)} s\n` +
      `  ${overlapping} operations overlap another on the same number, ${lost} were lost in the crash\n` +
      `  at the provider: ${JSON.stringify(harness.provider.injected)}\n` +
      `  histories explained in one order: ${count('in one order')}, step by step: ${count('step by step')}, ` +
      `impossible: ${count('impossible')}, undecided: ${count('undecided')}\n`,
  );
}

function overlapsIn({ operations }: History): number {
  return operations.filter((one) =>
    operations.some(
      (other) => other !== one && other.invokedAt < one.endedAt && one.invokedAt < other.endedAt,
    ),
  ).length;
}

function describeHistory({ operations, codes, ending }: History): string[] {
  const start = Math.min(...operations.map(({ invokedAt }) => invokedAt));
  const lines = [...operations]
    .sort((a, b) => a.invokedAt - b.invokedAt)
    .map(({ operation, invokedAt, endedAt, now, answer }) => {
      const times = [invokedAt, endedAt].map((time) => (time - start).toFixed(1)).join('–');
      return `${now} ${times} ${JSON.stringify(operation)} → ${JSON.stringify(answer)}`;
    });
  return [`codes ${codes.join(' ')}`, ...lines, JSON.stringify(ending)];
}
