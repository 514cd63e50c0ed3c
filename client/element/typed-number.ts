import {
  AsYouType,
  getCountryCallingCode,
  Metadata,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
} from 'libphonenumber-js/min';
import { digitsOf, toAsciiDigits } from './digits.js';

/**
 * International prefixes that people also type outside their countries. "011" is an area code in Delhi,
 * Johannesburg and Sapporo too, so it needs a long number behind it.
 */
const FOREIGN_PREFIXES = [/^00/, /^0011/, /^011(?=\d{10})/];
/** In Argentina 011 is Buenos Aires: 011 15 2345-6789 with a digit too many is no number of North America. */
const FOREIGN_PREFIXES_IN_ARGENTINA = [/^00/, /^0011/];

/** Some plans have technical numbers with these prefixes; 8 10 is dialled in Russia and its neighbours. */
const NEVER_NATIONAL = /^(?:00|810)/;

const PLUS = '+＋﹢';

/** The characters that count in a typed number: ASCII digits, and a plus before the first of them. */
export const significantOf = (text: string): string => {
  const counted = toAsciiDigits(text).replace(new RegExp(`[^\\d${PLUS}]`, 'g'), '');
  return (/^\D/.test(counted) ? '+' : '') + counted.replace(/\D/g, '');
};

/**
 * Finds the number in a pasted text such as "Tel: +49 151 23456783": from its plus on, else the run
 * without letters that has the most digits.
 */
export const extractNumber = (text: string): string => {
  const runs = toAsciiDigits(text)
    .split(new RegExp(`(?=[${PLUS}]\\s*\\(?\\d)|[\\p{L}:;,]+`, 'u'))
    .map(significantOf);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best));
  return runs.find((run) => /^\+\d/.test(run)) ?? longest;
};

/** The library takes the second 1 of "+1 1…" for a trunk prefix, and 0011 44… for a number in the USA. */
const isImpossible = (international: string): boolean => {
  const error = validatePhoneNumberLength(international);
  return international.startsWith('+11') || error === 'TOO_LONG' || error === 'INVALID_COUNTRY';
};

export const isValid = (international: string): boolean =>
  !isImpossible(international) && (parsePhoneNumberFromString(international)?.isValid() ?? false);

export const withCallingCode = (significant: string, country: CountryCode): string =>
  significant.startsWith('+') ? significant : `+${getCountryCallingCode(country)}${significant}`;

const ownPrefix = (country: CountryCode): string => {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  return metadata.numberingPlan?.IDDPrefix() ?? '00';
};

/** What a number means in E.164 by each international prefix that it may begin with, the country's own first. */
const readingsOf = (digits: string, own: string, country: CountryCode): string[] => {
  const foreign = country === 'AR' ? FOREIGN_PREFIXES_IN_ARGENTINA : FOREIGN_PREFIXES;
  const readings = [new RegExp(`^(?:${own})`), ...foreign]
    .filter((prefix) => prefix.test(digits))
    .map((prefix) => digits.replace(prefix, '+'));
  return [...new Set(readings)].filter((reading) => !isImpossible(reading));
};

/**
 * Replaces an international prefix (that of the country, 00, 0011 or 011) with "+" once a valid number
 * follows. A number that is valid in the country itself stays as it is, and so does one with two readings:
 * Singapore's 004 before +91 5…, or 00 before +49 15….
 * @param significant see `significantOf`
 * @param isComplete false while more digits may decide between two readings
 */
export const withPlus = (significant: string, country: CountryCode, isComplete = true): string => {
  if (significant.startsWith('+')) return significant;
  const isNational = isValid(withCallingCode(significant, country));
  if (isNational && !NEVER_NATIONAL.test(significant)) return significant;
  const own = ownPrefix(country);
  const possible = readingsOf(significant, own, country);
  const candidates = isComplete ? possible.filter(isValid) : possible;
  const [chosen] = candidates;
  // A country with one prefix means it: 009 1 in Nigeria is not 00 before +91.
  const isMeant = isComplete && /^\d+$/.test(own) && significant.startsWith(own);
  if (chosen === undefined || !isValid(chosen)) return significant;
  return candidates.length === 1 || isMeant ? chosen : significant;
};

/** Where `following` digits follow. At the end of the digits also brackets stay before the caret. */
const caretBefore = (text: string, following: number): number => {
  let left = following;
  let caret = text.length;
  while (left > 0 && caret > 0) {
    caret -= 1;
    if (/\d/.test(text.charAt(caret))) left -= 1;
  }
  while (following > 0 && caret > 0 && !/[\d+]/.test(text.charAt(caret - 1))) caret -= 1;
  return caret;
};

/** The library throws for two digits in Cape Verde and Samoa, whose international prefix is 0. */
const formatDigits = (typed: AsYouType, digits: string): string => {
  try {
    return typed.input(digits);
  } catch {
    return digits;
  }
};

/** A number as the field shows it. */
export interface FormattedNumber {
  text: string;
  caret: number;
  /** Set by an international number; the country only if the digits tell it. */
  callingCode?: string | undefined;
  country?: CountryCode | undefined;
}

/** Whether the text is being typed, was pasted with other words perhaps, or is complete. */
export type TypingState = 'typing' | 'pasted' | 'complete';

/**
 * Formats what a person typed or pasted. The caret keeps the digits that follow it, because a changed prefix
 * changes those before it.
 * @param caret UTF-16 units before the caret
 */
export const formatTyped = (
  text: string,
  caret: number,
  country: CountryCode,
  state: TypingState = 'typing',
): FormattedNumber => {
  const found = state === 'pasted' ? extractNumber(text) : significantOf(text);
  const significant = withPlus(found, country, state !== 'typing');
  const typed = new AsYouType(country);
  const formatted = formatDigits(typed, significant);
  return {
    text: formatted,
    caret: caretBefore(formatted, digitsOf(text.slice(caret)).length),
    ...(significant.startsWith('+') && {
      callingCode: typed.getCallingCode(),
      country: typed.getCountry(),
    }),
  };
};
