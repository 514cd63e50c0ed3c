const ORIGIN_BOUND = /(?:^|\n)@[^\s@#]+ #(\d{4,10})(?: @\S+)?$/;
const FIRST_RUN = /(?<![0-9])[0-9]{4,10}(?![0-9])/;

/**
 * The code that a phone would offer: from an origin-bound last line, else the first run of 4 to 10
 * digits; null without either.
 */
export function autofillCode(text: string): string | null {
  return ORIGIN_BOUND.exec(text)?.[1] ?? FIRST_RUN.exec(text)?.[0] ?? null;
}
