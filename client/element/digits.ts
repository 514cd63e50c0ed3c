const DECIMAL_DIGIT = /\p{Nd}/gu;

const isDecimalDigit = (point: number): boolean => /^\p{Nd}$/u.test(String.fromCodePoint(point));

/**
 * Unicode keeps the ten digits of a script in sequence, from zero on, and some scripts side by side:
 * the value is the distance from the start of the run, modulo ten.
 */
const toAsciiDigit = (digit: string): string => {
  const point = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (before < point && isDecimalDigit(point - before - 1)) before += 1;
  return String(before % 10);
};

/** Converts the decimal digits of every script, such as Arabic or Devanagari, to ASCII. */
export const toAsciiDigits = (text: string): string => text.replace(DECIMAL_DIGIT, toAsciiDigit);

/** The digits of a text in any script, as ASCII. */
export const digitsOf = (text: string): string => toAsciiDigits(text).replace(/\D/g, '');
