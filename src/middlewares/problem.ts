import type { Response } from 'express';
import type { AppError } from '../errors/app-error.js';
import { problemOf } from '../errors/problem.js';
import { setRateLimitHeaders } from './ip-limit.js';
import { requestIdOf } from './request-context.js';

/** Sends an error as problem details (RFC 9457), with `Retry-After`, `Allow` and the RateLimit headers. */
export function sendProblem(res: Response, error: AppError): void {
  const { retryAfter } = error.extras;
  if (retryAfter !== undefined) res.set('Retry-After', String(retryAfter));
  if (error.allow) res.set('Allow', error.allow.join(', '));
  if (error.limitState) {
    const resetSeconds = retryAfter ?? error.limitState.windowSeconds;
    setRateLimitHeaders(res, error.limitState, { remaining: 0, resetSeconds });
  }
  res
    .status(error.status)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(error, requestIdOf(res))));
}
