import { digitsOf, toAsciiDigits } from './digits.js';

/** Lengths of a code of unknown length. */
export const MIN_DIGITS = 4;
export const MAX_DIGITS = 10;

/**
 * Runs of digits, also with spaces or hyphens between them. No part of a word ("Acme2024") or an amount
 * ("1,500.00"). A letter without case may touch a code, as in "コードは4056です".
 */
const RUNS =
  /(?<![\p{Lu}\p{Ll}\d+\p{Sc}]|\d[.,])\+?\d+(?:[\s\p{Pd}]\d+)*(?![\p{Lu}\p{Ll}\d\p{Sc}]|[.,]\d)/gu;

const isEven = (run: string): boolean =>
  new Set(run.split(/\D/).map((part) => part.length)).size === 1;

/**
 * The code in a typed or pasted text, which may be a whole message. Without a match, all digits of the text,
 * so that typing loses none.
 * @param length undefined if the service does not know it; the code is then the first run of 4 to 10 digits
 */
export const codeOf = (text: string, length: number | undefined): string => {
  const plain = toAsciiDigits(text);
  const runs = (plain.match(RUNS) ?? [])
    .filter((run) => !run.startsWith('+'))
    .flatMap((run) => [run, ...run.split(/\s/)]);
  const exact = runs.map(digitsOf).find((digits) => digits.length === length);
  // Groups of one size are a code ("123 456"), others perhaps a date ("2026-11-30").
  const likely = runs
    .filter(isEven)
    .map(digitsOf)
    .find(({ length: own }) => own >= MIN_DIGITS && own <= MAX_DIGITS);
  return (exact ?? likely ?? digitsOf(plain)).slice(0, length ?? MAX_DIGITS);
};
