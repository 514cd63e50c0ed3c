import type { Application } from './applications.js';
import type { InfobipContext } from './context.js';
import { InfobipApiError } from './errors.js';
import { readRate, type Rate } from './rate-limiter.js';

/** Requests per account in ten minutes, as published. */
const THROTTLES = { list: 50, create: 20, read: 100, update: 40 } as const;
const THROTTLE_WINDOW_MS = 600_000;

/** @throws InfobipApiError 42900 above the published rate. */
export function throttle(context: InfobipContext, operation: keyof typeof THROTTLES): void {
  if (!context.settings.current.throttling) return;
  const rate = { attempts: THROTTLES[operation], windowMs: THROTTLE_WINDOW_MS };
  if (!context.rateLimiter.take(`throttle ${operation}`, rate)) throw tooManyRequests(context);
}

/**
 * Counts a message to the number.
 * @returns false above a limit if the `limitAnswer` setting is 200.
 * @throws InfobipApiError above a limit otherwise.
 */
export function consumeSendLimit(
  context: InfobipContext,
  application: Application,
  to: string,
): boolean {
  const { applicationId, configuration } = application;
  const limits: [key: string, rate: Rate][] = [
    [`send ${applicationId} ${to}`, rateOf(configuration.sendPinPerPhoneNumberLimit)],
    [`send ${applicationId}`, rateOf(configuration.sendPinPerApplicationLimit)],
  ];
  const { rateLimiter, settings } = context;
  if (!limits.every(([key, rate]) => rateLimiter.fits(key, rate))) {
    if (settings.current.limitAnswer === 200) return false;
    throw limitExceeded(context);
  }
  for (const [key] of limits) rateLimiter.add(key);
  return true;
}

/** @throws InfobipApiError above the limit, before the PIN is compared. */
export function consumeVerifyLimit(
  context: InfobipContext,
  { applicationId, configuration }: Application,
  to: string,
): void {
  const rate = rateOf(configuration.verifyPinLimit);
  if (!context.rateLimiter.take(`verify ${applicationId} ${to}`, rate))
    throw limitExceeded(context);
}

function limitExceeded(context: InfobipContext): InfobipApiError {
  switch (context.settings.current.limitAnswer) {
    case 400:
      return new InfobipApiError(40000);
    case 403:
      return new InfobipApiError(40300);
    default:
      return tooManyRequests(context);
  }
}

function tooManyRequests(context: InfobipContext): InfobipApiError {
  const { retryAfterSeconds } = context.settings.current;
  const headers: Record<string, string> =
    retryAfterSeconds === null ? {} : { 'Retry-After': String(retryAfterSeconds) };
  return new InfobipApiError(42900, undefined, headers);
}

function rateOf(text: string): Rate {
  const rate = readRate(text);
  if (!rate) throw new Error(`Invalid rate: ${text}`);
  return rate;
}
