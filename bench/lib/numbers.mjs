/** Prefix, fixed digits and number of digits that follow. The European prefixes are mobile only. */
const AMERICAN = [
  ['+1212', '2', 6],
  ['+1415', '3', 6],
  ['+1305', '4', 6],
  ['+1713', '5', 6],
];
const EUROPEAN = [
  ['+49151', '', 8],
  ['+4670', '', 7],
  ['+3361', '', 7],
  ['+3469', '', 7],
];
const EVERYWHERE = AMERICAN.flatMap((range, i) => [range, EUROPEAN[i]]);

/** Coprime to 10, so it visits every remainder of a power of ten. */
const STRIDE = 7_368_787;
/** Offset between the ranges, so that concurrent numbers end in different digits. */
const OFFSET = 123_457;

/** ISO codes of the countries. */
export const COUNTRIES = ['US', 'DE', 'SE', 'FR', 'ES'];

/**
 * Returns the number at an index. No number repeats, and neighbours lie far apart.
 * @param inOneCountry whether all numbers are in the US
 */
export function numberAt(index, inOneCountry = false) {
  const ranges = inOneCountry ? AMERICAN : EVERYWHERE;
  const range = index % ranges.length;
  const [beginning, middle, digits] = ranges[range];
  const place = Math.floor(index / ranges.length);
  const rest = (place * STRIDE + range * OFFSET) % 10 ** digits;
  return `${beginning}${middle}${String(rest).padStart(digits, '0')}`;
}

/** The code that the provider stub sends to a number. */
export const codeFor = (number) => number.slice(-4);
