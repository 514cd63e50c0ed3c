import { randomInt } from 'node:crypto';

/** Crockford's base 32, without ambiguous characters. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SELECTOR_LENGTH = 4;
const SECRET_LENGTH = 11;

/** `selector` finds the code in its set; `secret` is 55 random bits. */
export interface BackupCode {
  selector: string;
  secret: string;
}

export function newBackupCodes(count: number): BackupCode[] {
  const selectors = new Set<string>();
  while (selectors.size < count) selectors.add(randomText(SELECTOR_LENGTH));
  return [...selectors].map((selector) => ({ selector, secret: randomText(SECRET_LENGTH) }));
}

/** Display format: `0abc1-2def3-4ghj5`. */
export function formatBackupCode({ selector, secret }: BackupCode): string {
  return (selector + secret).replace(/(.{5})(.{5})(.{5})/, '$1-$2-$3');
}

/** Parses user input: ignores case, spaces and hyphens; reads o as 0, and i and l as 1. */
export function parseBackupCode(text: string): BackupCode | undefined {
  const plain = text
    .toLowerCase()
    .replaceAll(/[ -]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1');
  if (plain.length !== SELECTOR_LENGTH + SECRET_LENGTH || !/^[0-9a-hjkmnp-tv-z]+$/.test(plain)) {
    return undefined;
  }
  return { selector: plain.slice(0, SELECTOR_LENGTH), secret: plain.slice(SELECTOR_LENGTH) };
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}
