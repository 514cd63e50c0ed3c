const isDigit = (character: string): boolean => /^\p{Nd}$/u.test(character);

/**
 * Converts other decimal digits, such as Arabic or Devanagari. Unicode keeps the ten digits of a
 * script in sequence.
 */
const toAsciiDigit = (digit: string): string => {
  const point = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && isDigit(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value);
};

export const digitsOf = (text: string): string =>
  Array.from(text.normalize('NFKC')).filter(isDigit).map(toAsciiDigit).join('');
