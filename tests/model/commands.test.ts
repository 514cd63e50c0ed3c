import fc from 'fast-check';
import { anyAction } from './actions.js';
import { initialModel } from './resolve-action.js';
import { Command } from './commands.js';
import { INITIAL_STATE } from './states.js';
import { ServiceUnderTest } from './service-under-test.js';

const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_121);
const RUNS = Number(process.env['MODEL_RUNS'] ?? 60);
const LIMIT_MS = process.env['MODEL_RUNS'] === undefined ? 40_000 : 3_000_000;
const MAX_COMMANDS = 70;
/** Puts the 100th wrong code within reach. */
const LONG_RUN = 96;

const BEGIN_LONG_RUN = `INSERT INTO phone_limits (phone_key, wrong_run) VALUES ($1, $2::int) RETURNING 1 AS row`;

describe('the service matches the model', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await ServiceUnderTest.create();
    await service.start();
  });
  afterAll(() => service.end());

  test(
    'in random runs of requests, checks, crashes and time steps',
    async () => {
      const tally = new Map<string, number>();
      let runs = 0;
      const startedAt = performance.now();
      await fc.assert(
        fc.asyncProperty(
          fc.commands([anyAction.map((action) => new Command(action))], {
            ...{ maxCommands: MAX_COMMANDS, size: 'max' },
          }),
          async (commands) => {
            // `interruptAfterTimeLimit` would let the current run overlap the teardown.
            if (performance.now() - startedAt > LIMIT_MS) return;
            const setup = async () => {
              const numbers = [service.freshNumber(), service.freshNumber(), service.freshNumber()];
              runs += 1;
              const model = initialModel(numbers, tally);
              const nearLimit = numbers[2]!;
              const budgets = { ...INITIAL_STATE.budgets, wrongRun: LONG_RUN };
              model.states.set(nearLimit, { ...INITIAL_STATE, budgets });
              await service.rows(BEGIN_LONG_RUN, [nearLimit, LONG_RUN]);
              return { model, real: service };
            };
            await fc.asyncModelRun(setup, commands);
          },
        ),
        { seed: SEED, numRuns: RUNS },
      );
      report(runs, tally, performance.now() - startedAt);
    },
    LIMIT_MS + 300_000,
  );
});

function report(runs: number, tally: ReadonlyMap<string, number>, milliseconds: number): void {
  const lines = [...tally].sort(([a], [b]) => a.localeCompare(b));
  const total = lines.filter(([what]) => what.startsWith('do ')).reduce((sum, [, n]) => sum + n, 0);
  process.stdout.write(
    `${runs} runs, seed ${SEED}: ${total} commands in ${(milliseconds / 1000).toFixed(1)} s\n` +
      `${lines.map(([what, n]) => `  ${what}: ${n}`).join('\n')}\n`,
  );
}
