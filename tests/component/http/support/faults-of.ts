import type { TestService } from '../../../support/service.js';
import type { BadValue } from './bad-values.js';
import { footprint } from './footprint.js';
import { named, problemFaults } from './problem.js';

/** Sends each value in one field of a valid body. @returns values that were accepted or had side effects */
export async function faultsOf(
  service: TestService,
  path: string,
  good: object,
  field: string,
  values: readonly BadValue[],
) {
  const before = await footprint(service);
  const faults: string[] = [];
  for (const [name, value] of values) {
    const answer = await service.post(path, { ...good, [field]: value });
    faults.push(...named(name, problemFaults(answer)));
    const isWhole = Buffer.byteLength(JSON.stringify({ ...good, [field]: value })) <= 8192;
    if (answer.status !== (isWhole ? 400 : 413)) faults.push(`${name}: ${answer.status}`);
  }
  return { faults, before, after: await footprint(service) };
}
