import type { Response } from 'express';

/** The hash under which the middleware keeps this request's answer, if it was asked to. */
export function idempotencyKeyOf(res: Response): string | null {
  const key: unknown = res.locals['idempotencyKey'];
  return typeof key === 'string' ? key : null;
}
