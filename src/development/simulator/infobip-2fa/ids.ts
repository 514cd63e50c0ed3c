import { randomBytes } from 'node:crypto';

/** Upper-case hexadecimal, as Infobip's ids of applications, templates and PINs. */
export function randomId(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}
