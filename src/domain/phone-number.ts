import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber as Parsed,
  type PhoneNumberType,
} from 'libphonenumber-js/max';
import { NATIONAL_FORMS } from './national-forms.js';
import type { Channel } from './verification.js';

export interface PhoneNumber {
  /** The canonical form: E.164 with the leading `+`. Everything that is stored or counted uses it. */
  e164: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** Undefined for a number that the numbering plan does not assign. */
  type: PhoneNumberType | undefined;
}

/** Types that are refused unless the operator allows them. */
export interface AllowedTypes {
  allowVoip: boolean;
  allowPersonal: boolean;
}

// libphonenumber also accepts other digits, extensions and surrounding text; these are refused here.
const ACCEPTED_FORMAT = /^\+?[0-9][0-9 .()-]{3,30}$|^\([0-9 .()-]{4,30}$/;
const E164 = /^\+[1-9][0-9]{6,14}$/;
/** The prefixes of the ITU and of North America, which people write wherever they are. */
const INTERNATIONAL_PREFIX = /^(?:00|011)/;
/** In Argentina 011 is Buenos Aires: a digit too many in 011 15 2345-6789 would make it a number of North America. */
const INTERNATIONAL_PREFIX_OF: Readonly<Record<string, RegExp>> = { AR: /^00/ };

/** `+1`, `+46`: of the countries, so without those that belong to no country, such as `+882`. */
const CALLING_CODES = getCountries().map((country) => `+${getCountryCallingCode(country)}`);

const RECEIVES_TEXT: ReadonlySet<PhoneNumberType> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);
const RECEIVES_CALLS: ReadonlySet<PhoneNumberType> = new Set([...RECEIVES_TEXT, 'FIXED_LINE']);

/**
 * Parses a number in E.164 format, or a number as it is written in `country`. Returns one canonical form of
 * all ways to write a number: docs/numbers.md.
 * @returns undefined for invalid numbers
 */
export function parsePhoneNumber(text: string, country?: string): PhoneNumber | undefined {
  const number = parsePossiblePhoneNumber(text, country);
  return number?.type === undefined ? undefined : number;
}

/** Like `parsePhoneNumber`, and also accepts numbers of a possible length that no plan assigns. */
export function parsePossiblePhoneNumber(text: string, country?: string): PhoneNumber | undefined {
  if (!ACCEPTED_FORMAT.test(text)) return undefined;
  const readings = readingsOf(text, country);
  const best =
    readings.find((number) => number.isValid()) ?? readings.find((number) => number.isPossible());
  // A number of no plan in particular belongs to the main country of its calling code.
  const home = best?.country ?? best?.getPossibleCountries()[0];
  if (!best || home === undefined || !E164.test(best.number)) return undefined;
  return { e164: best.number, country: home, type: best.getType() };
}

/** Whether a number can begin like this: `+1415` can, `+999` and `+141555526711` (too long) cannot. */
export function isPossiblePrefix(prefix: string): boolean {
  if (!CALLING_CODES.some((code) => code.startsWith(prefix) || prefix.startsWith(code)))
    return false;
  // An earlier form may be longer than today's numbers.
  return (
    validatePhoneNumberLength(prefix) !== 'TOO_LONG' ||
    parsePossiblePhoneNumber(prefix) !== undefined
  );
}

/** The national reading comes first: what the country itself would dial is never read as foreign. */
function readingsOf(text: string, country: string | undefined): Parsed[] {
  if (text.startsWith('+')) return read(text);
  if (country === undefined) return [];
  const digits = text.replace(/[^0-9]/g, '');
  const prefix = INTERNATIONAL_PREFIX_OF[country] ?? INTERNATIONAL_PREFIX;
  const international = prefix.test(digits) ? read(digits.replace(prefix, '+')) : [];
  return [...read(text, country as CountryCode), ...international];
}

function read(text: string, defaultCountry?: CountryCode): Parsed[] {
  const parsed = parse(text, defaultCountry);
  if (!parsed || parsed.ext !== undefined) return [];
  const form = NATIONAL_FORMS.find(({ written }) => written.test(parsed.number));
  const [current] = form ? read(parsed.number.replace(form.written, form.current)) : [];
  return [current?.isValid() ? current : parsed];
}

function parse(text: string, defaultCountry?: CountryCode): Parsed | undefined {
  return parsePhoneNumberFromString(text, {
    extract: false,
    ...(defaultCountry !== undefined && { defaultCountry }),
  });
}

/** Whether `code` is an ISO 3166-1 alpha-2 code with a known numbering plan. */
export function isKnownCountry(code: string): boolean {
  return isSupportedCountry(code);
}

/**
 * Whether a number type can receive messages of a channel. Landlines receive only voice calls; special
 * numbers such as premium rate or toll-free receive nothing.
 */
export function canReceive(
  type: PhoneNumberType | undefined,
  channel: Channel,
  { allowVoip, allowPersonal }: AllowedTypes,
): boolean {
  if (type === undefined) return false;
  if (type === 'VOIP') return allowVoip;
  if (type === 'PERSONAL_NUMBER') return allowPersonal;
  return (channel === 'voice' ? RECEIVES_CALLS : RECEIVES_TEXT).has(type);
}

/** Masks a number for logs: `+4670*****67`. */
export function maskPhoneNumber(e164: string): string {
  const visible = Math.min(5, Math.max(2, e164.length - 6));
  return (
    e164.slice(0, visible) + '*'.repeat(Math.max(0, e164.length - visible - 2)) + e164.slice(-2)
  );
}
