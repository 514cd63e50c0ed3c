import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves at the end of a step of `stepMs` since `startedAt` (of `performance.now()`): of what took less than a step
 * nobody can tell from the time what it was. At once when a step is 0.
 */
export async function endOfStep(startedAt: number, stepMs: number): Promise<void> {
  if (stepMs === 0) return;
  const passed = performance.now() - startedAt;
  await sleep(Math.ceil(passed / stepMs) * stepMs - passed);
}
