import { appendFileSync } from 'node:fs';

const path = process.env['FAULT_FIGURES'];

/** Keeps what a test has measured, in the file that FAULT_FIGURES names, if any. */
export function figure(name: string, value: number): void {
  if (path) appendFileSync(path, `${name}: ${Math.round(value * 10) / 10}\n`);
}
