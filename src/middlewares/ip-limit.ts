import type { Request, RequestHandler, Response } from 'express';
import { rateLimit, type AugmentedRequest } from 'express-rate-limit';
import type { Limit } from '../domain/limit.js';
import { AppError, type LimitState } from '../errors/app-error.js';
import { SharedLimitStore, type LimitRedis } from '../stores/shared-limit-store.js';
import { clientKey } from './client-ip.js';

/**
 * Coarse limits per client address, counted before the request is read: in this process or, with Redis, in
 * all processes together. They only reduce noise; the limits that protect codes and money are counted in
 * Postgres.
 */
export function ipLimit(
  name: string,
  limits: readonly Limit[],
  redis?: LimitRedis,
): RequestHandler[] {
  const prefix = (limit: Limit) => `proofline:ip:${name}:${limit.windowSeconds}:`;
  // The longest wait of all windows, so that a client that waits is not refused again by the next window.
  const longestWaitMs = async (req: Request): Promise<number> => {
    const waits = counters.map(async ({ limit, counter }) => {
      const { totalHits = 0, resetTime } = (await counter.getKey(clientKey(req))) ?? {};
      return totalHits >= limit.count && resetTime ? resetTime.getTime() - Date.now() : 0;
    });
    return Math.max(0, ...(await Promise.all(waits)));
  };
  const counters = limits.map((limit) => ({
    limit,
    counter: rateLimit({
      windowMs: limit.windowSeconds * 1000,
      limit: limit.count,
      ...(redis && { store: new SharedLimitStore(redis, prefix(limit)) }),
      // The package's own header contains a hash of the address, computed anew for each response.
      standardHeaders: false,
      legacyHeaders: false,
      keyGenerator: clientKey,
      // The package's checks print to the console; the configuration checks the proxy settings.
      validate: false,
      handler: (req, res, next) => {
        const ownMs = reportState(req, res, name, limit);
        longestWaitMs(req).then((otherMs) => {
          const retryAfter = Math.max(1, Math.ceil(Math.max(ownMs, otherMs) / 1000));
          next(new AppError('rate_limited', { extras: { limit: name, retryAfter } }));
        }, next);
      },
    }),
  }));
  return counters.map(({ limit, counter }): RequestHandler => (req, res, next) => {
    void counter(req, res, (error?: unknown) => {
      if (error === undefined) reportState(req, res, name, limit);
      next(error);
    });
  });
}

/** Sets the headers of one limit. @returns milliseconds until its window ends */
function reportState(req: Request, res: Response, name: string, limit: Limit): number {
  const { windowSeconds, count: quota } = limit;
  const state = (req as AugmentedRequest)['rateLimit'];
  const resetMs = state?.resetTime ? state.resetTime.getTime() - Date.now() : windowSeconds * 1000;
  if (state) {
    const resetSeconds = Math.max(0, Math.ceil(resetMs / 1000));
    setRateLimitHeaders(
      res,
      { name, quota, windowSeconds },
      { remaining: state.remaining, resetSeconds },
    );
  }
  return resetMs;
}

/** Adds a limit to `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers). */
export function setRateLimitHeaders(
  res: Response,
  { name, quota, windowSeconds }: LimitState,
  { remaining, resetSeconds }: { remaining: number; resetSeconds: number },
): void {
  if (res.headersSent) return;
  res.append('RateLimit', `"${name}"; r=${remaining}; t=${resetSeconds}`);
  res.append('RateLimit-Policy', `"${name}"; q=${quota}; w=${windowSeconds}`);
}
