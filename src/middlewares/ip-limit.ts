import type { RequestHandler } from 'express';
import { rateLimit, type AugmentedRequest } from 'express-rate-limit';
import type { Limit } from '../domain/limit.js';
import { AppError } from '../errors/app-error.js';
import { SharedLimitStore, type LimitRedis } from '../stores/shared-limit-store.js';
import { clientKey } from './client-ip.js';

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
  return limits.map((limit) =>
    rateLimit({
      windowMs: limit.windowSeconds * 1000,
      limit: limit.count,
      identifier: name,
      ...(redis && { store: new SharedLimitStore(redis, prefix(limit)) }),
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      keyGenerator: clientKey,
      // Its checks print to the console; proxy settings are checked when the configuration is read.
      validate: false,
      handler: (req, _res, next) => {
        const { resetTime } = (req as AugmentedRequest)['rateLimit'] ?? {};
        const waitMs = resetTime ? resetTime.getTime() - Date.now() : limit.windowSeconds * 1000;
        const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
        next(new AppError('rate_limited', { extras: { limit: name, retryAfter } }));
      },
    }),
  );
}
