import { minorUnitsOf } from '../../domain/currency.js';
import type { Binding } from '../../domain/verification.js';
import { localeOf } from './languages.js';

/**
 * An amount in the notation of the reader, with the decimals of the currency: `1.500,00` in German, where
 * `1.500` would be 1,500. A language without texts reads English, in words and in numbers.
 */
export function amountOf({ amount, currency }: Binding, tag: string | null): string {
  const decimals = minorUnitsOf(currency) ?? 0;
  const text = notationOf(tag, decimals).format(amount as Intl.StringNumericLiteral);
  // These signs of some notations are outside the GSM 7-bit alphabet and would double the price.
  return text.replaceAll(/\p{Zs}/gu, ' ').replaceAll('\u2019', "'");
}

function notationOf(tag: string | null, decimals: number): Intl.NumberFormat {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const locale = localeOf(tag);
  if (tag?.toLowerCase().split('-', 1)[0] !== locale) return new Intl.NumberFormat(locale, digits);
  try {
    return new Intl.NumberFormat(tag, digits);
  } catch {
    // Well-formed by RFC 5646, but not by ECMA-402, such as zh-cmn.
    return new Intl.NumberFormat(locale, digits);
  }
}
