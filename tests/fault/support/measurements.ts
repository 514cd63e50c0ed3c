import { appendFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';

const path = process.env['FAULT_FIGURES'];

/** Keeps what a test has measured, in the file that FAULT_FIGURES names, if any. */
export function recordMeasurement(name: string, value: number): void {
  if (path) appendFileSync(path, `${name}: ${Math.round(value * 10) / 10}\n`);
}

/**
 * A bound in milliseconds as it holds here and now. The figures are those of a machine that has time for us; where more
 * wants to run than there are cores, everything takes longer in proportion.
 */
export function scaledForLoad(ms: number): number {
  return ms * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}
