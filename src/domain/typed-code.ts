const DIGIT = /\p{Nd}/gu;
/** `1234`, `12 34`, `12-34`, `G-1234`. */
const TYPED = /^ *(?:[A-Za-z]{1,3}-)?([0-9]+(?:[ -]+[0-9]+)*) *$/;

/**
 * The digits of a code as people type or paste it: in groups, behind a short prefix, or in the digits of
 * another script. Other text is returned unchanged, for the schema to judge.
 */
export function readTypedCode(text: string): string {
  const [, digits] = TYPED.exec(toAscii(text)) ?? [];
  return digits?.replaceAll(/[ -]/g, '') ?? text;
}

/** Replaces decimal digits, spaces and hyphens of other scripts and widths by those of ASCII. */
export function toAscii(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(DIGIT, asciiDigit)
    .replaceAll(/\p{Zs}/gu, ' ')
    .replaceAll(/\p{Pd}/gu, '-');
}

/** Unicode keeps the ten digits of a script in sequence, and sometimes two scripts side by side. */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(point - before - 1))) before += 1;
  return String(before % 10);
}
