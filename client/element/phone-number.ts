import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import { extractNumber, withPlus } from './typed-number.js';

const E164 = /^\+[1-9][0-9]{6,14}$/;
const DIGITS_FILTER = /^\(\.\*\)(\d{3,})\(\.\*\)$/;

/** "+14155552671" → "+1 415 555 2671", with non-breaking spaces. */
export const formatPhoneNumber = (e164: string): string =>
  (parsePhoneNumberFromString(e164)?.formatInternational() ?? e164).replaceAll(' ', '\u00a0');

/**
 * Parses a caller's number ("+44 7700 900123", "0044 …" or national, in any digits) to E.164.
 * @returns undefined when it is not a phone number.
 */
export const parseCallerNumber = (text: string, calledNumber: string): string | undefined => {
  const country: CountryCode | undefined = parsePhoneNumberFromString(calledNumber)?.country;
  const found = extractNumber(text);
  const written = (country ? withPlus(found, country) : found).replace(/^00/, '+');
  const number = parsePhoneNumberFromString(written, country)?.number;
  return number !== undefined && E164.test(number) ? number : undefined;
};

/** The known digits of the caller's number; undefined when the filter is not a run of digits. */
export const callerDigits = (cliFilter: string | undefined): string | undefined =>
  DIGITS_FILTER.exec(cliFilter ?? '')?.[1];
