import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumberType,
} from 'libphonenumber-js/max';
import type { Channel } from './verification.js';

export interface PhoneNumber {
  /** E.164 with the leading `+`. */
  e164: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** Undefined if the numbering plan does not define it. */
  type: PhoneNumberType | undefined;
}

// libphonenumber also accepts other digits, extensions and surrounding text; these are refused here.
const ACCEPTED_FORMAT = /^\+?[0-9][0-9 .()-]{3,30}$|^\([0-9 .()-]{4,30}$/;
const E164 = /^\+[1-9][0-9]{6,14}$/;

const RECEIVES_TEXT: ReadonlySet<PhoneNumberType> = new Set([
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
  'PERSONAL_NUMBER',
]);
const RECEIVES_CALLS: ReadonlySet<PhoneNumberType> = new Set([...RECEIVES_TEXT, 'FIXED_LINE']);

/**
 * Parses a number in E.164 format, or a national number with `country`.
 * @returns undefined for invalid numbers
 */
export function parsePhoneNumber(text: string, country?: string): PhoneNumber | undefined {
  if (!ACCEPTED_FORMAT.test(text)) return undefined;
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

/** Whether `code` is an ISO 3166-1 alpha-2 code with a known numbering plan. */
export function isKnownCountry(code: string): boolean {
  return isSupportedCountry(code);
}

/**
 * Whether a number type can receive messages of a channel. VoIP requires `allowVoip`; landlines receive
 * only voice calls; special numbers such as premium rate or toll-free receive nothing.
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

/** Masks a number for logs: `+4670*****67`. */
export function maskPhoneNumber(e164: string): string {
  const visible = Math.min(5, Math.max(2, e164.length - 6));
  return (
    e164.slice(0, visible) + '*'.repeat(Math.max(0, e164.length - visible - 2)) + e164.slice(-2)
  );
}
