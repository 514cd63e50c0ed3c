import { AppError, type LimitState } from '../../errors/app-error.js';

/** A refusal as the SQL functions return it; null columns mean none. */
export interface RefusalRow {
  refused_by: string | null;
  quota: number | null;
  window_seconds: number | null;
  /** Seconds. */
  wait: number | null;
}

/**
 * Refuses a message or a guess. `by` is a limit, `cooldown`, or `blocked` or `stopped`, which only an
 * operator can lift. `retryAfter` is in whole seconds.
 */
export interface Refusal {
  by: string;
  retryAfter: number;
  limit?: LimitState;
}

/** Undefined when the row is no refusal. */
export function refusalOf(row: RefusalRow): Refusal | undefined {
  if (row.refused_by === null) return undefined;
  const { refused_by: by, quota, window_seconds: windowSeconds } = row;
  const retryAfter = wholeSeconds(row.wait ?? 0);
  if (quota === null || windowSeconds === null) return { by, retryAfter };
  return { by, retryAfter, limit: { name: by, quota, windowSeconds } };
}

export function endsByWaiting({ by }: Refusal): boolean {
  return by !== 'blocked' && by !== 'stopped';
}

/** Rounds up, so that a client that waits this long is admitted; at least 1. */
export function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.ceil(seconds));
}

/** The error for a refusal by a limit or an operator. */
export function refusedByLimit(refusal: Refusal): AppError {
  const { by, retryAfter, limit } = refusal;
  if (!endsByWaiting(refusal)) return new AppError('number_blocked');
  if (!limit) return new AppError('cooldown', { extras: { retryAfter } });
  if (by === 'cooldown') {
    return new AppError('cooldown', { extras: { retryAfter }, limitState: limit });
  }
  return new AppError('rate_limited', { extras: { limit: by, retryAfter }, limitState: limit });
}
