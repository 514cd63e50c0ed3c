import { randomInt } from 'node:crypto';
import type { CodeType } from './constants.js';

const ALPHABETS: Record<CodeType, string> = {
  Numeric: '0123456789',
  Alpha: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  Alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
};

export function randomCode(length: number, type: CodeType): string {
  const alphabet = ALPHABETS[type];
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** A caller's number for a flash call, E.164, with five random digits. */
export function randomCaller(): string {
  return `+4477009${randomCode(5, 'Numeric')}`;
}

/** A regular expression that identifies the call without revealing the whole number. */
export function callerFilter(caller: string): string {
  return `(.*)${caller.slice(-9, -4)}(.*)`;
}
