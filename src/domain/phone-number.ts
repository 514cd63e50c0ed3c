import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumberType,
} from 'libphonenumber-js/max';
import type { Channel } from './verification.js';

/** A number in its one canonical form. */
export interface PhoneNumber {
  /** E.164 with the leading `+`. */
  e164: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** Undefined where the numbering plan does not tell. */
  type: PhoneNumberType | undefined;
}

// libphonenumber reads full-width and Arabic digits, extensions and words around a number; two spellings
// of one number would be two keys of the same limit. So only these characters reach it.
const WRITTEN = /^\+?[0-9][0-9 .()-]{3,30}$|^\([0-9 .()-]{4,30}$/;
const E164 = /^\+[1-9][0-9]{6,14}$/;

const RECEIVES_TEXT: ReadonlySet<PhoneNumberType> = new Set([
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
  'PERSONAL_NUMBER',
]);
const RECEIVES_CALLS: ReadonlySet<PhoneNumberType> = new Set([...RECEIVES_TEXT, 'FIXED_LINE']);

/**
 * Reads a number as people write it: E.164, or national together with `country`.
 * Undefined when it is not a valid number of a country.
 */
export function parsePhoneNumber(text: string, country?: string): PhoneNumber | undefined {
  if (!WRITTEN.test(text)) return undefined;
  if (!text.startsWith('+') && country === undefined) return undefined;
  const parsed = parsePhoneNumberFromString(text, {
    extract: false,
    ...(country !== undefined && { defaultCountry: country as CountryCode }),
  });
  if (!parsed?.isValid() || parsed.ext !== undefined || parsed.country === undefined)
    return undefined;
  if (!E164.test(parsed.number)) return undefined;
  return { e164: parsed.number, country: parsed.country, type: parsed.getType() };
}

/** Whether `code` is an ISO 3166-1 alpha-2 code whose numbering plan is known. */
export function isKnownCountry(code: string): boolean {
  return isSupportedCountry(code);
}

/**
 * Whether a number of this type can receive the channel. Premium rate, shared cost, toll free, pager,
 * voicemail and UAN never; VoIP only where the operator allows it; a landline only by call.
 */
export function canReceive(
  type: PhoneNumberType | undefined,
  channel: Channel,
  allowVoip: boolean,
): boolean {
  if (type === undefined) return false;
  if (type === 'VOIP') return allowVoip;
  return (channel === 'voice' ? RECEIVES_CALLS : RECEIVES_TEXT).has(type);
}

/** A number for logs: country code and last two digits stay readable, `+4670*****67`. */
export function maskPhoneNumber(e164: string): string {
  const shown = Math.min(5, Math.max(2, e164.length - 6));
  return e164.slice(0, shown) + '*'.repeat(Math.max(0, e164.length - shown - 2)) + e164.slice(-2);
}
