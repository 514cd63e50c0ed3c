import { parsePhoneNumberFromString, validatePhoneNumberLength } from 'libphonenumber-js/max';
import { SinchApiError } from './errors.js';

const LENGTH_FAULTS: Record<string, string> = {
  TOO_SHORT: 'Too short.',
  TOO_LONG: 'Too long.',
  INVALID_LENGTH: 'Wrong length.',
  INVALID_COUNTRY: 'Unknown country code.',
  NOT_A_NUMBER: 'Not a number.',
};

/**
 * Checks form and length of an E.164 number, not whether it is in use.
 * @throws SinchApiError 40005 without the plus, 40001 otherwise.
 */
export function checkPhoneNumber(endpoint: string): void {
  if (!endpoint.startsWith('+')) throw new SinchApiError(40005);
  const fault = /^\+[0-9]+$/.test(endpoint) ? validatePhoneNumberLength(endpoint) : 'NOT_A_NUMBER';
  if (fault === undefined) return;
  throw new SinchApiError(
    40001,
    `Number ${endpoint} is invalid.  ${LENGTH_FAULTS[fault] ?? 'Invalid.'}`,
  );
}

/** ISO 3166-1 alpha-2 country of a number; `ZZ` when unknown. */
export function countryOf(endpoint: string): string {
  const number = parsePhoneNumberFromString(endpoint);
  return number?.country ?? number?.getPossibleCountries()[0] ?? 'ZZ';
}
