import type { Response } from 'express';
import type { CheckKey } from '../domain/verification.js';

/** Hash of this request's Idempotency-Key; null without one. */
export function idempotencyKeyOf(res: Response): string | null {
  const key: unknown = res.locals['idempotencyKey'];
  return typeof key === 'string' ? key : null;
}

/** The Idempotency-Key of this check; null without one. */
export function checkKeyOf(res: Response): CheckKey | null {
  return (res.locals['checkKey'] as CheckKey | undefined) ?? null;
}

/** The verification that this check has already verified, if any. */
export function verifiedBefore(res: Response): string | undefined {
  return res.locals['verifiedBefore'] as string | undefined;
}
