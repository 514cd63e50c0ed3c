import { randomInt } from 'node:crypto';
import type { CodeType } from './constants.js';

const ALPHABETS: Record<CodeType, string> = {
  Numeric: '0123456789',
  Alpha: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  Alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
};

/** A random code of so many characters, each evenly drawn. */
export function randomCode(length: number, type: CodeType): string {
  const alphabet = ALPHABETS[type];
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** A caller number for a flash call, E.164; the digits a device reports are random. */
export function randomCaller(): string {
  return `+4477009${randomCode(5, 'Numeric')}`;
}

/** Regular expression that lets a device recognise the call without being told the whole number. */
export function callerFilter(caller: string): string {
  return `(.*)${caller.slice(-9, -4)}(.*)`;
}
