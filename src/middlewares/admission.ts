import type { RequestHandler } from 'express';
import { PrioritySemaphore, SemaphoreTimeoutError } from '../database/priority-semaphore.js';
import { AppError } from '../errors/app-error.js';

/** Long enough for a burst to pass, short enough for an answer within two seconds. */
const QUEUE_TIMEOUT_MS = 1_000;
const RETRY_AFTER_SECONDS = 1;

/**
 * Works on as many requests at once as there are places; the others wait a second and are then told to come back. That
 * costs next to nothing, whereas work that was begun and given up under too much load is wasted, and a message is paid.
 * @param exempt paths that are always answered
 */
export function admission(maxConcurrent: number, exempt: readonly string[]): RequestHandler {
  const semaphore = new PrioritySemaphore(maxConcurrent, {
    normal: QUEUE_TIMEOUT_MS,
    high: QUEUE_TIMEOUT_MS,
  });
  return (req, res, next) => {
    if (exempt.includes(req.path)) {
      next();
      return;
    }
    let isGone = false;
    const gone = new Promise<void>((resolve) => {
      res.once('close', () => {
        isGone = true;
        resolve();
      });
    });
    const work = (): Promise<void> => {
      if (!isGone) next();
      return gone;
    };
    semaphore.run('normal', work).catch((error: unknown) => next(refusalOf(error)));
  };
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof SemaphoreTimeoutError)) return error;
  const extras = { retryAfter: RETRY_AFTER_SECONDS };
  return new AppError('service_unavailable', { extras, cause: error });
}
