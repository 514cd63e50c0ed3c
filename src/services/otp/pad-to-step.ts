import { setTimeout as sleep } from 'node:timers/promises';
import { leaveAdmission } from '../../observability/request-scope.js';

/**
 * Waits until a multiple of `stepMs` has passed since `startedAt` (from `performance.now()`). Hides timing
 * differences shorter than one step. Returns at once when `stepMs` is 0. Gives up the request's place in
 * admission control, because sleeping refusals would block other requests.
 */
export async function padToStep(startedAt: number, stepMs: number): Promise<void> {
  if (stepMs === 0) return;
  leaveAdmission();
  const passedMs = performance.now() - startedAt;
  await sleep(Math.ceil(passedMs / stepMs) * stepMs - passedMs);
}
