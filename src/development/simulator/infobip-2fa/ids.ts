import { randomBytes } from 'node:crypto';

/** 32 upper-case hexadecimal digits, like Infobip's ids. */
export function randomId(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}
