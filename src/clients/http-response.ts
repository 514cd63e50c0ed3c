import type { HttpResponse } from './http-client.js';

/** What every provider's answers have in common. */

// One header that is wrong, or meant for one number only, must not take a provider away for a day.
const LONGEST_WAIT_SECONDS = 900;

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Whole seconds of `Retry-After`, a number or a date (RFC 9110, section 10.2.3), 15 minutes at most; undefined when there
 * is no wait.
 */
export function retryAfterOf({ headers }: Pick<HttpResponse, 'headers'>): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const isNumber = /^\d+(\.\d+)?$/.test(text);
  const seconds = isNumber ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return seconds > 0 ? Math.min(LONGEST_WAIT_SECONDS, Math.ceil(seconds)) : undefined;
}
