import { setTimeout as sleep } from 'node:timers/promises';
import { freshNumber, type Answer, type TestService } from '../../../support/service.js';

/** All limits at once, wide enough not to get in each other's way. */
export const EVERY_LIMIT = {
  LIMIT_SEND_PER_PHONE: '90/1h',
  LIMIT_WRONG_PER_PHONE: '90/1h',
  LIMIT_SEND_PER_PREFIX: '90/1h',
  LIMIT_SEND_PER_COUNTRY: '90/1h',
  LIMIT_SEND_TOTAL: '90/1h',
};

/** Checks everything that a refusal by a limit has to say, and returns the seconds it asks to wait. */
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
  // The window is counted in sixtieths, and one of them may be begun.
  expect(retryAfter).toBeLessThanOrEqual(Math.ceil(window * (61 / 60)) + 1);
  expect(answer.headers.get('retry-after')).toBe(String(retryAfter));
  expect(answer.headers.get('ratelimit')).toBe(`"${limit}"; r=0; t=${retryAfter}`);
  expect(answer.headers.get('ratelimit-policy')).toBe(`"${limit}"; q=${quota}; w=${window}`);
  return retryAfter;
}

/** How many of the answers have each status: `{ 200: 10, 429: 20 }`. */
export function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Numbers that differ in their last four digits only. */
export function adjacentNumbers(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, i) => prefix + String(1000 + i));
}

/** US numbers, no two of which share a prefix. */
export function scatteredNumbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `+1415${300 + i}1234`);
}

/** Asks for a code for each number, all at once. */
export function requestAll(service: TestService, numbers: readonly string[]): Promise<Answer[]> {
  return Promise.all(numbers.map((phoneNumber) => ask(service, phoneNumber)));
}

/** On a busy machine so many at once may be too many: what was refused for that is asked for again. */
async function ask(service: TestService, phoneNumber: string): Promise<Answer> {
  for (;;) {
    const answer = await service.post('/request-otp', { phoneNumber });
    if (answer.body['code'] !== 'service_unavailable') return answer;
    await sleep(Number(answer.body['retryAfter']) * 1000);
  }
}

/** Lets time pass for the windows: what they have counted was so much earlier. */
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

/** What each limit has limitCounts, over all numbers, by name: `{ 'send-total': 1 }`; those of a number are always there. */
export async function limitCounts(service: TestService): Promise<Record<string, number>> {
  const rows = await service.rows(
    `SELECT limit_name AS name, (SELECT sum(n)::int FROM unnest(counts) AS n) AS count FROM limit_counters
     UNION ALL SELECT 'send-per-phone', coalesce(sum(cardinality(sends)), 0)::int FROM phone_limits
     UNION ALL SELECT 'wrong-per-phone', coalesce(sum(cardinality(guesses)), 0)::int FROM phone_limits`,
  );
  return Object.fromEntries(rows.map((row) => [String(row['name']), Number(row['count'])]));
}

/** Asks for a code and spends every attempt on wrong ones; the answers, the request's first. */
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
