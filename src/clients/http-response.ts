import type { HttpResponse } from './http-client.js';

// A wrong header, or one meant for a single number, must not disable a provider for a day.
const MAX_WAIT_SECONDS = 900;

/** Parses JSON. @returns undefined for malformed text */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds of `Retry-After`, a number or a date (RFC 9110, section 10.2.3), at most 15 minutes. */
export function retryAfterOf({ headers }: Pick<HttpResponse, 'headers'>): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const isNumber = /^\d+(\.\d+)?$/.test(text);
  const seconds = isNumber ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return seconds > 0 ? Math.min(MAX_WAIT_SECONDS, Math.ceil(seconds)) : undefined;
}
