import type { Request, RequestHandler, Response } from 'express';
import { rateLimit, type AugmentedRequest } from 'express-rate-limit';
import type { Limit } from '../domain/limit.js';
import { AppError } from '../errors/app-error.js';
import { SharedLimitStore, type LimitRedis } from '../stores/shared-limit-store.js';
import { clientKey } from './client-ip.js';
import { tellLimit } from './rate-limit-fields.js';

/**
 * Coarse limits per client address, counted before anything else is looked at: in this process, or with Redis in all
 * of them together. What protects codes and money is counted in Postgres; this only keeps the noise out.
 */
export function ipLimit(
  name: string,
  limits: readonly Limit[],
  redis?: LimitRedis,
): RequestHandler[] {
  const prefix = (limit: Limit) => `proofline:ip:${name}:${limit.windowSeconds}:`;
  // The first one that refuses answers for all of them: whoever waits is not to be refused by the next one.
  const longestWait = async (req: Request): Promise<number> => {
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
      // Ours below: its own name the address by a hash, made anew for each answer.
      standardHeaders: false,
      legacyHeaders: false,
      keyGenerator: clientKey,
      // Its checks print to the console; proxy settings are checked when the configuration is read.
      validate: false,
      handler: (req, res, next) => {
        const ownMs = tell(req, res, name, limit);
        longestWait(req).then((anyMs) => {
          const retryAfter = Math.max(1, Math.ceil(Math.max(ownMs, anyMs) / 1000));
          next(new AppError('rate_limited', { extras: { limit: name, retryAfter } }));
        }, next);
      },
    }),
  }));
  return counters.map(({ limit, counter }): RequestHandler => (req, res, next) => {
    void counter(req, res, (error?: unknown) => {
      if (error === undefined) tell(req, res, name, limit);
      next(error);
    });
  });
}

/** Tells how the limit stands, and returns the milliseconds until it is renewed. */
function tell(req: Request, res: Response, name: string, limit: Limit): number {
  const { windowSeconds, count: quota } = limit;
  const state = (req as AugmentedRequest)['rateLimit'];
  const ms = state?.resetTime ? state.resetTime.getTime() - Date.now() : windowSeconds * 1000;
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (state)
    tellLimit(res, { name, quota, windowSeconds }, { remaining: state.remaining, seconds });
  return ms;
}
