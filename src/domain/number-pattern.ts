import { isPossiblePrefix, maskPhoneNumber, parsePossiblePhoneNumber } from './phone-number.js';

const SEPARATORS = /[ .()-]/g;
const LISTED = /^\+[1-9][0-9]{0,14}\*?$/;
const UNMASKED_PREFIX_LENGTH = '+141555'.length;

/** A pattern without separators, whether it covers numbers or not. */
export function compactPattern(text: string): string {
  return text.replaceAll(SEPARATORS, '');
}

/** Whether a compact text has the form of a rule. Earlier versions also stored rules that cover no number. */
export function isRuleLike(compact: string): boolean {
  return LISTED.test(compact);
}

/** The canonical form of a number, or of a prefix with a star; undefined for what covers no number. */
export function parsePattern(text: string): string | undefined {
  const compact = compactPattern(text);
  if (compact.endsWith('*')) {
    return isRuleLike(compact) && isPossiblePrefix(compact.slice(0, -1)) ? compact : undefined;
  }
  return text.startsWith('+') ? parsePossiblePhoneNumber(text)?.e164 : undefined;
}

/** Like `parsePattern`, and also accepts a rule that covers no number, so that it can be removed. */
export function parseListedPattern(text: string): string | undefined {
  const compact = compactPattern(text);
  return parsePattern(text) ?? (isRuleLike(compact) ? compact : undefined);
}

/** Masks a pattern for logs. Short prefixes stay readable: they identify an area, not a person. */
export function maskPattern(pattern: string): string {
  if (!pattern.endsWith('*')) return maskPhoneNumber(pattern);
  const prefix = pattern.slice(0, -1);
  return `${prefix.length <= UNMASKED_PREFIX_LENGTH ? prefix : maskPhoneNumber(prefix)}*`;
}
