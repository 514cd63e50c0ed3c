const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds before each retry: ten retries over 24 hours. */
const DELAYS = [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR];
const LONGEST = 8 * HOUR;
const MAX_RETRIES = DELAYS.length + 2;

/**
 * Seconds until the next attempt; undefined when the delivery has failed for good.
 * @param attempts made so far
 * @param retryAfterSeconds wish of the receiver; honoured up to 8 hours
 */
export function retryDelay(
  attempts: number,
  retryAfterSeconds = 0,
  random = Math.random(),
): number | undefined {
  if (attempts > MAX_RETRIES) return undefined;
  const delay = DELAYS[attempts - 1] ?? LONGEST;
  return Math.max(delay * (0.9 + random * 0.2), Math.min(retryAfterSeconds, LONGEST));
}

/** Seconds of a `Retry-After` header: a number, or a date (RFC 9110, section 10.2.3). */
export function retryAfterSeconds(header: string | undefined, now = Date.now()): number {
  if (header === undefined) return 0;
  const seconds = /^[0-9]{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}
