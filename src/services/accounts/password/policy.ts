import { readFileSync } from 'node:fs';

/** NIST SP 800-63B, section 3.1.1.2, for a password used with a second factor. */
const MIN_LENGTH = 8;

/** Words that a new password must not consist of. */
export interface PasswordContext {
  /** E.164. */
  phoneNumber: string;
  name: string | null;
  brand: string;
}

let known: ReadonlySet<string> | undefined;

/** The 30,000 most common passwords, limited to those with at least `MIN_LENGTH` characters, lower-cased. */
function commonPasswords(): ReadonlySet<string> {
  const path = new URL('common-passwords.txt', import.meta.url);
  known ??= new Set(readFileSync(path, 'utf8').split('\n'));
  return known;
}

/** Why a new password is refused; undefined when it is accepted. There are no composition rules. */
export function passwordFault(password: string, context: PasswordContext): string | undefined {
  const text = password.normalize('NFC');
  if (lengthOf(text) < MIN_LENGTH) return `must have at least ${MIN_LENGTH} characters`;
  const folded = text.toLowerCase();
  if (commonPasswords().has(folded)) return 'is one of the most common passwords';
  if (!wordsOf(context).some((word) => restWithout(folded, word) < MIN_LENGTH)) return undefined;
  return 'is little more than your number, your name or the name of this service';
}

function wordsOf({ phoneNumber, name, brand }: PasswordContext): string[] {
  const digits = phoneNumber.replace('+', '');
  // Also without a prefix of up to four digits, as dialled nationally.
  const numbers = [0, 1, 2, 3, 4].map((prefixLength) => digits.slice(prefixLength));
  const names = name === null ? [] : [name, ...name.split(/\s+/)];
  return [...numbers, ...names, brand, 'proofline']
    .map((word) => word.normalize('NFC').toLowerCase())
    .filter((word) => lengthOf(word) >= 3);
}

/** The length of the text without the word; infinite when it does not contain the word. */
function restWithout(text: string, word: string): number {
  return text.includes(word) ? lengthOf(text.replaceAll(word, '')) : Infinity;
}

/** Code points, as NIST counts characters. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
