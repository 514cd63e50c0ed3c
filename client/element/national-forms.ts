import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import { isValid, significantOf, withCallingCode } from './typed-number.js';

/**
 * Older and domestic forms of mobile numbers, and the current ones. The service rewrites the same forms; the
 * element does so first, because it refuses numbers of an impossible length.
 */
const FORMS: readonly (readonly [written: RegExp, current: string])[] = [
  // Argentina: 9 marks a mobile from abroad.
  [/^\+54(11\d{8}|[23]\d{9})$/, '+549$1'],
  // Mexico: 1, 01, 044 and 045 ended in 2019.
  [/^\+52(?:1|01|044|045)(\d{10})$/, '+52$1'],
  // Chile: 09 ended in 2016.
  [/^\+5609(\d{8})$/, '+569$1'],
  // Benin: every number got 01 in 2024.
  [/^\+229(\d{8})$/, '+22901$1'],
  // Gabon: 02, 05 and 06 became 62, 65 and 66, and 04 and 07 became 74 and 77, in 2019.
  [/^\+2410?([256]\d{6})$/, '+2416$1'],
  [/^\+2410?([47]\d{6})$/, '+2417$1'],
];

/** The current E.164 form of a number in an older or domestic form; undefined for any other number. */
export const currentForm = (text: string, country: CountryCode): string | undefined => {
  const typed = withCallingCode(significantOf(text), country);
  const parsed = parsePhoneNumberFromString(text, country)?.number;
  for (const number of [typed, parsed]) {
    const form = FORMS.find(([written]) => written.test(number ?? ''));
    const current = form && number?.replace(...form);
    if (current !== undefined && isValid(current)) return current;
  }
  return undefined;
};
