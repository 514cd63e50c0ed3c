import { randomInt } from 'node:crypto';

// Crockford's Base32, as in a ULID.
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;

/** 26 characters that sort by time, like the API's ids and nonces. */
export function timeSortedId(now = Date.now()): string {
  const time = Array.from({ length: TIME_DIGITS }, (_, place) =>
    DIGITS.charAt(Math.floor(now / 32 ** (TIME_DIGITS - 1 - place)) % 32),
  );
  const random = Array.from({ length: RANDOM_DIGITS }, () => DIGITS.charAt(randomInt(32)));
  return [...time, ...random].join('');
}
