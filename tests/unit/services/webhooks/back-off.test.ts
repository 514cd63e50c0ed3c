import { retryAfterSeconds, retryDelay } from '../../../../src/services/webhooks/back-off.js';

const delays = (random: number) =>
  Array.from({ length: 11 }, (_, at) => retryDelay(at + 1, 0, random));

test('retries wait from 5 seconds to 8 hours, over about a day', () => {
  const middle = delays(0.5);
  expect(middle[0]).toBe(5);
  expect(middle[9]).toBe(8 * 3600);
  expect(middle[10]).toBeUndefined();
  const total = middle.reduce<number>((sum, delay) => sum + (delay ?? 0), 0);
  expect(total / 3600).toBeCloseTo(23.7, 1);
});

test('jitter moves a delay by a tenth', () => {
  expect(delays(0)[0]).toBeCloseTo(4.5);
  expect(delays(1)[0]).toBeCloseTo(5.5);
});

test('Retry-After delays a retry by up to 8 hours, and never hastens it', () => {
  expect(retryDelay(1, 60, 0.5)).toBe(60);
  expect(retryDelay(1, 1, 0.5)).toBe(5);
  expect(retryDelay(1, 1e9, 0.5)).toBe(8 * 3600);
  expect(retryDelay(11, 60, 0.5)).toBeUndefined();
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-12-01T00:00:00Z');
  expect(retryAfterSeconds('120', now)).toBe(120);
  expect(retryAfterSeconds('Tue, 01 Dec 2026 00:01:00 GMT', now)).toBe(60);
  expect(retryAfterSeconds('Tue, 01 Dec 2020 00:01:00 GMT', now)).toBe(0);
  expect(retryAfterSeconds('soon', now)).toBe(0);
  expect(retryAfterSeconds(undefined, now)).toBe(0);
});
