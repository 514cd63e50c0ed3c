/**
 * Mobile numbers of several countries, each once: beginnings that carry only mobiles (or, in the US, whatever they
 * carry), and how many digits follow.
 */
const RANGES = [
  ['+1212', '2', 6],
  ['+49151', '', 8],
  ['+1415', '3', 6],
  ['+4670', '', 7],
  ['+1305', '4', 6],
  ['+3361', '', 7],
  ['+1713', '5', 6],
  ['+3469', '', 7],
];

/** Odd and not a multiple of 5, so that it visits every remainder of a power of ten. */
const STRIDE = 7_368_787;

/** ISO codes of all of them. */
export const COUNTRIES = ['US', 'DE', 'SE', 'FR', 'ES'];

/** How many numbers there are before the first one comes again. */
export const NUMBERS = RANGES.length * 1e6;

/** The number of that place in the sequence; neighbours lie in different ranges and far apart. */
export function numberAt(index) {
  const [beginning, middle, digits] = RANGES[index % RANGES.length];
  const place = Math.floor(index / RANGES.length);
  const rest = (place * STRIDE) % 10 ** digits;
  return `${beginning}${middle}${String(rest).padStart(digits, '0')}`;
}

/** What the provider's stand-in sends to it. */
export const codeFor = (number) => number.slice(-4);
