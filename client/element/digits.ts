const isDigit = (character: string): boolean => /^\p{Nd}$/u.test(character);

/** Phones set to Arabic or Hindi type digits of their own; each script has its ten in one row. */
const toAsciiDigit = (digit: string): string => {
  const point = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && isDigit(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value);
};

/** The digits of whatever was typed or pasted, in ASCII. */
export const digitsOf = (text: string): string =>
  Array.from(text.normalize('NFKC')).filter(isDigit).map(toAsciiDigit).join('');
