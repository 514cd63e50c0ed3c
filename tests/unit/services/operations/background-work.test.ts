import { jest } from '@jest/globals';
import { createLogger } from '../../../../src/observability/logger.js';
import {
  startBackground,
  type BackgroundWork,
} from '../../../../src/services/operations/background-work.js';
import { LogCapture } from '../../../support/evidence.js';

const HOUR_MS = 3_600_000;

test('the sweeper runs four times a minute, and the retention once an hour, with jitter', async () => {
  jest.useFakeTimers();
  const runs = { sweep: 0, purge: 0 };
  const stop = startBackground({
    maintenance: {
      sweep: () => {
        runs.sweep += 1;
        return Promise.resolve({ unknownOutcomes: [], expired: [] });
      },
      purge: () => {
        runs.purge += 1;
        return Promise.resolve({});
      },
    },
    idempotency: { orphans: () => Promise.resolve([]) },
    logger: createLogger({ level: 'error', stream: new LogCapture() }),
    lostAfterSeconds: 60,
  } as unknown as BackgroundWork);
  try {
    await jest.advanceTimersByTimeAsync(3 * HOUR_MS);
    // A quarter less or more.
    expect(runs.purge).toBeGreaterThanOrEqual(2);
    expect(runs.purge).toBeLessThanOrEqual(4);
    expect(runs.sweep).toBeGreaterThanOrEqual(576);
    expect(runs.sweep).toBeLessThanOrEqual(960);
  } finally {
    await stop();
    jest.useRealTimers();
  }
});
