import type { Response } from 'express';
import type { LimitState } from '../errors/app-error.js';

/** Adds a limit to `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers): what is left of it, and in how many seconds it is renewed. */
export function tellLimit(
  res: Response,
  { name, quota, windowSeconds }: LimitState,
  { remaining, seconds }: { remaining: number; seconds: number },
): void {
  if (res.headersSent) return;
  res.append('RateLimit', `"${name}"; r=${remaining}; t=${seconds}`);
  res.append('RateLimit-Policy', `"${name}"; q=${quota}; w=${windowSeconds}`);
}
