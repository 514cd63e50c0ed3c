import type { RequestHandler } from 'express';
import { PrioritySemaphore, SemaphoreTimeoutError } from '../database/priority-semaphore.js';
import { AppError } from '../errors/app-error.js';
import { onLeaveAdmission } from '../observability/request-scope.js';

/** Long enough for a burst to pass; clients still get a response within two seconds. */
const QUEUE_TIMEOUT_MS = 1_000;
const RETRY_AFTER_SECONDS = 1;

/**
 * Limits concurrent requests. Further requests wait for one second, then get `service_unavailable`: a refusal
 * is cheap, but work that is abandoned under overload is wasted, and a message costs money. A request holds its
 * place until its response is closed or it calls `leaveAdmission`.
 * @param exempt paths that bypass the limit
 */
export function admission(maxConcurrent: number, exempt: readonly string[]): RequestHandler {
  const semaphore = new PrioritySemaphore(maxConcurrent, {
    normal: QUEUE_TIMEOUT_MS,
    high: QUEUE_TIMEOUT_MS,
  });
  const exemptPaths = exempt.flatMap((path) => [path, `${path}/`]);
  return (req, res, next) => {
    if (exemptPaths.includes(req.path)) {
      next();
      return;
    }
    let isClosed = false;
    const left = new Promise<void>((resolve) => {
      onLeaveAdmission(resolve);
      res.once('close', () => {
        isClosed = true;
        resolve();
      });
    });
    const work = (): Promise<void> => {
      if (!isClosed) next();
      return left;
    };
    semaphore.run('normal', work).catch((error: unknown) => next(refusalOf(error)));
  };
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof SemaphoreTimeoutError)) return error;
  const extras = { retryAfter: RETRY_AFTER_SECONDS };
  return new AppError('service_unavailable', { extras, cause: error });
}
