import type { Response } from 'express';

/** Hash of this request's Idempotency-Key; null without one. */
export function idempotencyKeyOf(res: Response): string | null {
  const key: unknown = res.locals['idempotencyKey'];
  return typeof key === 'string' ? key : null;
}
