import { setTimeout as sleep } from 'node:timers/promises';
import { freshNumber, type Answer, type TestService } from '../../../support/service.js';

/** Every limit, high enough that none of them refuses. */
export const EVERY_LIMIT = {
  LIMIT_SEND_PER_PHONE: '90/1h',
  LIMIT_WRONG_PER_PHONE: '90/1h',
  LIMIT_SEND_PER_PREFIX: '90/1h',
  LIMIT_SEND_PER_COUNTRY: '90/1h',
  LIMIT_SEND_TOTAL: '90/1h',
};

/** Asserts every field and header of a refusal, and returns Retry-After in seconds. */
export function expectRefusedBy(
  answer: Answer,
  limit: string,
  quota: number,
  window: number,
): number {
  expect([answer.status, answer.body['code'], answer.body['limit']]).toEqual([
    429,
    'rate_limited',
    limit,
  ]);
  const retryAfter = Number(answer.body['retryAfter']);
  expect(Number.isInteger(retryAfter)).toBe(true);
  expect(retryAfter).toBeGreaterThan(0);
  // Windows have 60 slots, so the wait may be one slot longer.
  expect(retryAfter).toBeLessThanOrEqual(Math.ceil(window * (61 / 60)) + 1);
  expect(answer.headers.get('retry-after')).toBe(String(retryAfter));
  expect(answer.headers.get('ratelimit')).toBe(`"${limit}"; r=0; t=${retryAfter}`);
  expect(answer.headers.get('ratelimit-policy')).toBe(`"${limit}"; q=${quota}; w=${window}`);
  return retryAfter;
}

export function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export function adjacentNumbers(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, i) => prefix + String(1000 + i));
}

/** US numbers with distinct prefixes. */
export function scatteredNumbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `+1415${300 + i}1234`);
}

export function requestAll(service: TestService, numbers: readonly string[]): Promise<Answer[]> {
  return Promise.all(numbers.map((phoneNumber) => ask(service, phoneNumber)));
}

/** Retries requests that the overloaded service sheds. */
async function ask(service: TestService, phoneNumber: string): Promise<Answer> {
  for (;;) {
    const answer = await service.post('/request-otp', { phoneNumber });
    if (answer.body['code'] !== 'service_unavailable') return answer;
    await sleep(Number(answer.body['retryAfter']) * 1000);
  }
}

export async function advanceWindows(service: TestService, seconds: number): Promise<void> {
  await service.rows(
    `UPDATE limit_counters SET slots = ARRAY(
       SELECT slot - floor($1::float8 * 60 / window_seconds)::bigint
       FROM unnest(slots) WITH ORDINALITY AS s (slot, place) ORDER BY place)`,
    [seconds],
  );
  const earlier = (log: string) =>
    `${log} = ARRAY(SELECT at - make_interval(secs => $1) FROM unnest(${log}) AS at ORDER BY at)`;
  await service.rows(`UPDATE phone_limits SET ${earlier('sends')}, ${earlier('guesses')}`, [
    seconds,
  ]);
}

/** The sum of each limit's counts, by name. The limits per number are always present. */
export async function limitCounts(service: TestService): Promise<Record<string, number>> {
  const rows = await service.rows(
    `SELECT limit_name AS name, (SELECT sum(n)::int FROM unnest(counts) AS n) AS count FROM limit_counters
     UNION ALL SELECT 'send-per-phone', coalesce(sum(cardinality(sends)), 0)::int FROM phone_limits
     UNION ALL SELECT 'wrong-per-phone', coalesce(sum(cardinality(guesses)), 0)::int FROM phone_limits`,
  );
  return Object.fromEntries(rows.map((row) => [String(row['name']), Number(row['count'])]));
}

/** The answer to the request comes first. */
export async function exhaustAttempts(
  service: TestService,
  phoneNumber = freshNumber(),
): Promise<Answer[]> {
  const asked = await service.post('/request-otp', { phoneNumber });
  if (asked.status !== 200) return [asked];
  const answers = [asked];
  for (let i = 0; i < 5; i += 1) {
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    answers.push(await service.verify(String(asked.body['verificationId']), wrong));
  }
  return answers;
}
