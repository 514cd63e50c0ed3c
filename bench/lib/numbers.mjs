/**
 * Mobile numbers of several countries, each once: beginnings that carry only mobiles (or, in the US, whatever they
 * carry), and how many digits follow.
 */
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

/** Odd and not a multiple of 5, so that it visits every remainder of a power of ten. */
const STRIDE = 7_368_787;
/** Between the ranges: in no two of them do numbers of one moment end alike, as numbers of real people don't. */
const OFFSET = 123_457;

/** ISO codes of all of them. */
export const COUNTRIES = ['US', 'DE', 'SE', 'FR', 'ES'];

/**
 * The number of that place in the sequence; neighbours lie in different ranges and far apart.
 * @param inOneCountry whether all are in the US
 */
export function numberAt(index, inOneCountry = false) {
  const ranges = inOneCountry ? AMERICAN : EVERYWHERE;
  const range = index % ranges.length;
  const [beginning, middle, digits] = ranges[range];
  const place = Math.floor(index / ranges.length);
  const rest = (place * STRIDE + range * OFFSET) % 10 ** digits;
  return `${beginning}${middle}${String(rest).padStart(digits, '0')}`;
}

/** What the provider's stand-in sends to it. */
export const codeFor = (number) => number.slice(-4);
