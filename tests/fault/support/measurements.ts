import { appendFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';

const path = process.env['FAULT_FIGURES'];

/** Appends a measurement to the file that FAULT_FIGURES names, if set. */
export function recordMeasurement(name: string, value: number): void {
  if (path) appendFileSync(path, `${name}: ${Math.round(value * 10) / 10}\n`);
}

/** Scales a time limit by the load average per core, because contention slows everything. */
export function scaledForLoad(ms: number): number {
  return ms * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}
