import type { LimitState } from '../../errors/app-error.js';

/** A refusal as the SQL functions of the limits return it; nulls when nothing refuses. */
export interface RefusalRow {
  refused_by: string | null;
  quota: number | null;
  window_seconds: number | null;
  /** Seconds. */
  wait: number | null;
}

/**
 * A message that may not be sent, or a guess that may not be made, now. `by`: `blocked` and `stopped` end by
 * an operator's hand only, `cooldown` and the limits after `retryAfter` whole seconds.
 */
export interface Refusal {
  by: string;
  retryAfter: number;
  limit?: LimitState;
}

/** Undefined when nothing refuses. */
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

/** Rounded up, so that waiting that long is enough; at least 1. */
export function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.ceil(seconds));
}
