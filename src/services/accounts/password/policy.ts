import { readFileSync } from 'node:fs';

/** NIST SP 800-63B, section 3.1.1.2, for a password that never logs in alone. */
const SHORTEST = 8;

/** What a new password must not be made of. */
export interface PasswordContext {
  /** E.164. */
  phoneNumber: string;
  name: string | null;
  brand: string;
}

let known: ReadonlySet<string> | undefined;

/** The 30,000 most common passwords, as far as they are long enough, in small letters. */
function commonPasswords(): ReadonlySet<string> {
  const path = new URL('common-passwords.txt', import.meta.url);
  known ??= new Set(readFileSync(path, 'utf8').split('\n'));
  return known;
}

/** Why a new password is refused; undefined when it is not. There are no rules of composition. */
export function passwordFault(password: string, context: PasswordContext): string | undefined {
  const text = password.normalize('NFC');
  if (lengthOf(text) < SHORTEST) return `must have at least ${SHORTEST} characters`;
  const folded = text.toLowerCase();
  if (commonPasswords().has(folded)) return 'is one of the most common passwords';
  const word = wordsOf(context).find((each) => restWithout(folded, each) < SHORTEST);
  return word && 'is too similar to your phone number, your name or the name of this service';
}

/** Long words first, so that a part of one does not hide the whole. */
function wordsOf({ phoneNumber, name, brand }: PasswordContext): string[] {
  const digits = phoneNumber.replace('+', '');
  // With and without prefixes, as it is dialled at home.
  const numbers = [digits, ...[1, 2, 3, 4].map((drop) => digits.slice(drop))];
  const names = name === null ? [] : [name, ...name.split(/\s+/)];
  return [...numbers, ...names, brand, 'proofline']
    .map((word) => word.normalize('NFC').toLowerCase())
    .filter((word) => lengthOf(word) >= 3)
    .sort((a, b) => b.length - a.length);
}

/** How many characters are left without the word; as many as can be when it is not in there. */
function restWithout(text: string, word: string): number {
  return text.includes(word) ? lengthOf(text.replaceAll(word, '')) : Infinity;
}

/** In code points, as NIST counts. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
