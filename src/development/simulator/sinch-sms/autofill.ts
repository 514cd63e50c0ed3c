const ORIGIN_BOUND = /(?:^|\n)@[^\s@#]+ #(\d{4,10})(?: @\S+)?$/;
const FIRST_RUN = /(?<![0-9])[0-9]{4,10}(?![0-9])/;

/**
 * What a phone would offer to fill in: the code of an origin-bound last line if there is one, else the first run of four
 * to ten digits; null when there is neither.
 */
export function autofillCode(text: string): string | null {
  return ORIGIN_BOUND.exec(text)?.[1] ?? FIRST_RUN.exec(text)?.[0] ?? null;
}
