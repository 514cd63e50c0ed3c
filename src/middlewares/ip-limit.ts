import type { Request, RequestHandler, Response } from 'express';
import { rateLimit, type AugmentedRequest } from 'express-rate-limit';
import type { Limit } from '../domain/limit.js';
import { AppError, type LimitState } from '../errors/app-error.js';
import { SharedLimitStore, type LimitRedis } from '../stores/shared-limit-store.js';
import { addressBlocks, IPV6_BLOCKS } from './client-ip.js';

interface Counter {
  /** Of this size of block. */
  limit: Limit;
  /** Index of the size. */
  block: number;
  handle: ReturnType<typeof rateLimit>;
}

/**
 * Coarse limits per client address: in this process or, with Redis, in all processes together. They only
 * reduce noise; the limits that protect codes and money are counted in Postgres.
 */
export function ipLimit(
  name: string,
  limits: readonly Limit[],
  redis?: LimitRedis,
): RequestHandler[] {
  // The longest wait of all windows, so that a client that waits is not refused again by the next window.
  const longestWaitMs = async (req: Request, res: Response): Promise<number> => {
    const blocks = addressBlocks(req, res);
    const waits = counters.map(async ({ limit, block, handle }) => {
      const key = blocks[block]?.key;
      const state = key === undefined ? undefined : await handle.getKey(key);
      const isFull = state !== undefined && state.totalHits >= limit.count;
      return isFull && state.resetTime ? state.resetTime.getTime() - Date.now() : 0;
    });
    return Math.max(0, ...(await Promise.all(waits)));
  };
  const refuse = async (req: Request, res: Response, limit: Limit): Promise<AppError> => {
    const ownMs = reportState(req, res, name, limit);
    const waitMs = Math.max(ownMs, await longestWaitMs(req, res));
    const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
    return new AppError('rate_limited', { extras: { limit: name, retryAfter } });
  };
  const counters = limits.flatMap(({ count, windowSeconds }) =>
    IPV6_BLOCKS.map(({ bits, factor }, block): Counter => {
      const limit = { count: count * factor, windowSeconds };
      const prefix = `proofline:ip:${name}:${windowSeconds}:${bits === 64 ? '' : `${bits}:`}`;
      const store = redis && new SharedLimitStore(redis, prefix);
      return { limit, block, handle: counterOf(limit, block, store, refuse) };
    }),
  );
  return counters.map(({ limit, block, handle }): RequestHandler => (req, res, next) => {
    if (block >= addressBlocks(req, res).length) {
      next();
      return;
    }
    void handle(req, res, (error?: unknown) => {
      // Headers tell the state of the client's own block; a larger one only when it refuses.
      if (error === undefined && block === 0) reportState(req, res, name, limit);
      next(error);
    });
  });
}

function counterOf(
  limit: Limit,
  block: number,
  store: SharedLimitStore | undefined,
  refuse: (req: Request, res: Response, limit: Limit) => Promise<AppError>,
): ReturnType<typeof rateLimit> {
  return rateLimit({
    windowMs: limit.windowSeconds * 1000,
    limit: limit.count,
    ...(store && { store }),
    // The package's own header contains a hash of the address, computed anew for each response.
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: (req, res) => addressBlocks(req, res)[block]?.key ?? '',
    // The package's checks print to the console; the configuration checks the proxy settings.
    validate: false,
    handler: (req, res, next) => void refuse(req, res, limit).then(next, next),
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
