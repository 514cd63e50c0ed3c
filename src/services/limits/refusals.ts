import type { LimitState } from '../../errors/app-error.js';

/** What the SQL functions of the limits say when they refuse. */
export interface RefusalRow {
  refused_by: string | null;
  quota: number | null;
  window_seconds: number | null;
  wait: number | null;
}

/**
 * A message that may not be sent, or a guess that may not be made, now. `by`: `blocked` and `stopped` end by an operator's
 * hand only, `cooldown` and the limits by waiting `retryAfter` whole seconds.
 */
export interface Refusal {
  by: string;
  retryAfter: number;
  limit?: LimitState;
}

/**
 * Why no attempt was given, apart from limits. `retryAfter`: whole seconds until a new code may be asked for. `blocked`
 * when there is no such time: an operator's hand is needed.
 */
export type NotOpen =
  | {
      reason: 'not_found' | 'verified' | 'expired' | 'cancelled' | 'failed' | 'sending' | 'blocked';
    }
  | { reason: 'exhausted'; retryAfter: number };

/** Undefined when nothing refused. */
export function refusalOf(row: RefusalRow): Refusal | undefined {
  if (row.refused_by === null) return undefined;
  const { refused_by: by, quota, window_seconds: windowSeconds } = row;
  const retryAfter = wholeSeconds(row.wait ?? 0);
  if (quota === null || windowSeconds === null) return { by, retryAfter };
  return { by, retryAfter, limit: { name: by, quota, windowSeconds } };
}

/** Rounded up, so that waiting that long is enough. */
export function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.ceil(seconds));
}
