import type { Limit } from '../../../../src/domain/limit.js';
import type { Budget } from '../../../../src/domain/scope.js';
import { NumberLimits, patternsOf } from '../../../../src/services/limits/number-limits.js';

const DAY = 86_400;
const SHARED = { kind: 'shared' } as const;
const withTotal = (count: number, ...more: Limit[]): NumberLimits =>
  new NumberLimits({
    resendCooldownSeconds: 30,
    sendPerPhone: [{ count: 5, windowSeconds: DAY }],
    wrongPerPhone: [{ count: 20, windowSeconds: DAY }],
    sendPerPrefix: [],
    sendPerCountry: [],
    sendTotal: [...more, { count, windowSeconds: DAY }],
    sendToVerified: [],
    sendPerApplication: [],
  });

/** The quota of each part of a divided limit, by its key. */
function partsOf(count: number): Record<string, number> {
  const limits = withTotal(count);
  const parts: Record<string, number> = {};
  for (let i = 0; i < 1_000; i += 1) {
    const { keys, quotas } = limits.ofShared(`+1415${2_000_000 + i}`, 'US', SHARED);
    const [key = '', quota = 0] = [keys[0], quotas[0]];
    expect(parts[key] ?? quota).toBe(quota);
    parts[key] = quota;
  }
  return parts;
}

describe('a shared limit', () => {
  test.each([1, 999, 1_999])('of %i is one counter', (count) => {
    expect(partsOf(count)).toEqual({ all: count });
  });

  test.each([
    [2_000, 2],
    [2_001, 2],
    [2_999, 2],
    [3_000, 3],
    [64_063, 64],
    [1_000_000, 64],
  ])('of %i has %i parts that add up to it', (count, expected) => {
    const quotas = Object.values(partsOf(count));
    expect(quotas).toHaveLength(expected);
    expect(quotas.reduce((sum, quota) => sum + quota, 0)).toBe(count);
    expect(Math.max(...quotas) - Math.min(...quotas)).toBeLessThanOrEqual(1);
  });

  test('is reported with the configured quota, whichever part refuses', () => {
    const limit = { name: 'send-total', windowSeconds: DAY, quota: 1_000 };
    const refusal = { by: 'send-total', retryAfter: 9, limit };
    const limits = withTotal(2_000, { count: 500, windowSeconds: 3_600 });
    expect(limits.asConfigured(refusal, SHARED)).toEqual({
      ...refusal,
      limit: { ...limit, quota: 2_000 },
    });
    const other = { ...refusal, by: 'send-per-phone', limit: { ...limit, name: 'send-per-phone' } };
    expect(withTotal(2_000).asConfigured(other, SHARED)).toEqual(other);
  });
});

describe('the shared limits of a message', () => {
  const [day, few] = [9, 5].map((count) => [{ count, windowSeconds: DAY }]);
  const limits = new NumberLimits({
    ...{ resendCooldownSeconds: 30, sendPerPhone: day!, wrongPerPhone: day! },
    ...{
      sendPerPrefix: day!,
      sendPerCountry: day!,
      sendTotal: day!,
      sendToVerified: few!,
      sendPerApplication: day!,
    },
  });
  // In the order of their locks.
  const shared = (budget: Budget) => {
    const { names, keys, verified, quotas } = limits.ofShared('+14155552671', 'US', budget);
    return names.map((name, i) => [name, keys[i], verified[i], quotas[i]]);
  };

  test('depend on whether the number was verified before', () => {
    expect(shared(SHARED)).toEqual([
      ['send-per-prefix', '+1415555', false, 9],
      ['send-per-country', 'US', false, 9],
      ['send-total', 'all', false, 9],
      ['send-to-verified', 'US', true, 5],
      ['send-to-verified-total', 'all', true, 9],
    ]);
  });

  test('of a login are its own', () => {
    expect(shared({ kind: 'login' })).toEqual([
      ['send-for-login', 'US', null, 5],
      ['send-for-login-total', 'all', null, 9],
    ]);
  });

  test('of an application with a quota are that quota alone', () => {
    const budget = { kind: 'application', applicationId: 'app_a', quotas: few } as const;
    expect(shared(budget)).toEqual([['send-per-application', 'app_a', null, 5]]);
    expect(shared({ ...budget, quotas: undefined })).toEqual([
      ['send-per-application', 'app_a', null, 9],
    ]);
    const limit = { name: 'send-per-application', windowSeconds: DAY, quota: 2 };
    expect(limits.asConfigured({ by: limit.name, retryAfter: 9, limit }, budget).limit?.quota).toBe(
      5,
    );
  });
});

test('a number is covered by itself and each of its prefixes with a star', () => {
  expect(patternsOf('+1415')).toEqual(['+1415', '+1*', '+14*', '+141*', '+1415*']);
});
