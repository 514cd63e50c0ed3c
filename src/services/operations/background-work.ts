import { randomUUID } from 'node:crypto';
import { AppError } from '../../errors/app-error.js';
import { problemOf } from '../../errors/problem.js';
import { errorFields, type Logger } from '../../observability/logger.js';
import type { IdempotencyService } from '../verifications/idempotency.service.js';
import type { MaintenanceService, SweepResult } from './maintenance.service.js';

const SWEEP_EVERY_MS = 15_000;
const PURGE_EVERY_MS = 60 * 60 * 1000;

export interface BackgroundWork {
  maintenance: MaintenanceService;
  idempotency: IdempotencyService;
  logger: Logger;
  lostAfterSeconds: number;
}

/** Starts the periodic jobs. The returned function stops them and waits for running ones. */
export function startBackground(work: BackgroundWork): () => Promise<void> {
  const ended = new AbortController();
  const jobs = [
    repeat(SWEEP_EVERY_MS, () => sweep(work), work.logger, ended.signal),
    repeat(PURGE_EVERY_MS, () => purge(work, ended.signal), work.logger, ended.signal),
  ];
  return async () => {
    ended.abort();
    await Promise.all(jobs);
  };
}

/** Runs the sweeper once: settles sends and resends first, then their idempotency keys. */
export async function sweep(work: BackgroundWork): Promise<SweepResult> {
  const { maintenance, idempotency, logger, lostAfterSeconds } = work;
  const swept = await maintenance.sweep();
  for (const { keyHash, verificationId } of await idempotency.orphans(lostAfterSeconds)) {
    if (verificationId === null) await idempotency.release(keyHash);
    else await idempotency.finish(keyHash, unknownOutcome(verificationId));
  }
  for (const verificationId of swept.unknownOutcomes) {
    logger.warn('otp.outcome_unknown', { verificationId });
  }
  for (const verificationId of swept.expired) logger.info('otp.expired', { verificationId });
  return swept;
}

async function purge({ maintenance, logger }: BackgroundWork, signal: AbortSignal): Promise<void> {
  const deleted = await maintenance.purge(signal);
  const count = Object.values(deleted).reduce((sum, rows) => sum + rows, 0);
  if (count > 0) logger.info('maintenance.purged', { count });
}

/** The response for a request whose process crashed during the provider call. */
function unknownOutcome(verificationId: string): { status: number; body: string } {
  const problem = new AppError('provider_outcome_unknown', { extras: { verificationId } });
  return { status: problem.status, body: JSON.stringify(problemOf(problem, randomUUID())) };
}

/** Runs `job` periodically with jitter, one run at a time. Logs failures and retries in the next round. */
async function repeat(
  everyMs: number,
  job: () => Promise<unknown>,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(everyMs * (0.75 + Math.random() / 2), signal);
    if (signal.aborted) return;
    await job().catch((error: unknown) => logger.warn('maintenance.failed', errorFields(error)));
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    timer.unref();
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
