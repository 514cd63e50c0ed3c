import type { Limit } from '../../../../src/domain/limit.js';
import { DEFAULT_SCOPE, type Budget } from '../../../../src/domain/scope.js';
import { NumberLimits, patternsOf } from '../../../../src/services/limits/number-limits.js';

const DAY = 86_400;
const SHARED = DEFAULT_SCOPE.budget;
const withTotal = (count: number, ...more: Limit[]): NumberLimits =>
  new NumberLimits({
    resendCooldownSeconds: 30,
    sendPerPhone: [{ count: 5, windowSeconds: DAY }],
    wrongPerPhone: [{ count: 20, windowSeconds: DAY }],
    sendPerPrefix: [],
    sendPerCountry: [],
    sendTotal: [...more, { count, windowSeconds: DAY }],
    sendAllApplications: [],
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
  const [day, few, most] = [9, 5, 36].map((count) => [{ count, windowSeconds: DAY }]);
  const limits = new NumberLimits({
    ...{ resendCooldownSeconds: 30, sendPerPhone: day!, wrongPerPhone: day! },
    ...{
      sendPerPrefix: day!,
      sendPerCountry: day!,
      sendTotal: day!,
      sendAllApplications: most!,
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
      ['send-all-applications', 'all', false, 36],
      ['send-to-verified', 'US', true, 5],
      ['send-to-verified-total', 'all', true, 9],
      ['send-to-verified-all-applications', 'all', true, 36],
    ]);
  });

  test('are counted per application, but for the ceiling, and end with its own quota', () => {
    const ownQuota = [{ count: 3, windowSeconds: DAY }];
    const budget = { kind: 'shared', applicationId: 'app_a', quotas: ownQuota } as const;
    expect(shared(budget)).toEqual([
      ['send-per-prefix', 'app_a|+1415555', false, 9],
      ['send-per-country', 'app_a|US', false, 9],
      ['send-total', 'app_a|all', false, 9],
      ['send-all-applications', 'all', false, 36],
      ['send-to-verified', 'app_a|US', true, 5],
      ['send-to-verified-total', 'app_a|all', true, 9],
      ['send-to-verified-all-applications', 'all', true, 36],
      ['send-per-application', 'app_a|shared', false, 3],
      ['send-per-application', 'app_a|verified', true, 3],
    ]);
    expect(shared({ ...budget, kind: 'login' }).map(([, key]) => key)).toEqual([
      ...['app_a|US', 'app_a|all', 'all', 'app_a|login'],
    ]);
  });

  test('are refused alike for numbers verified before and others', () => {
    const refusedBy = (name: string, quota: number, windowSeconds = DAY) =>
      limits.asConfigured(
        { by: name, retryAfter: 9, limit: { name, quota, windowSeconds } },
        SHARED,
      );
    for (const [others, verified] of [
      ['send-per-country', 'send-to-verified'],
      ['send-total', 'send-to-verified-total'],
      ['send-all-applications', 'send-to-verified-all-applications'],
    ] as const) {
      expect(refusedBy(verified, 1)).toEqual(refusedBy(others, 9));
      expect(refusedBy(verified, 1, 60)).toEqual(refusedBy(others, 9));
      expect(refusedBy(verified, 1).by).toBe(others);
    }
  });

  test('of a login are its own', () => {
    expect(shared({ ...SHARED, kind: 'login' })).toEqual([
      ['send-for-login', 'US', null, 5],
      ['send-for-login-total', 'all', null, 9],
      ['send-for-login-all-applications', 'all', null, 36],
    ]);
  });

  test('of a backend are its quota alone', () => {
    const budget = { kind: 'backend', applicationId: 'app_a', quotas: few! } as const;
    expect(shared(budget)).toEqual([['send-per-application', 'app_a', null, 5]]);
    expect(shared({ ...budget, quotas: [] })).toEqual([['send-per-application', 'app_a', null, 9]]);
    const limit = { name: 'send-per-application', windowSeconds: DAY, quota: 2 };
    expect(limits.asConfigured({ by: limit.name, retryAfter: 9, limit }, budget).limit?.quota).toBe(
      5,
    );
  });
});

test.each([
  ['+5491123456789', '+5411*'],
  ['+525512345678', '+5215*'],
  ['+2290190123456', '+22990*'],
  ['+24162345678', '+24102*'],
  ['+24174345678', '+24104*'],
])('%s is covered by a rule of its earlier form %s', (phoneNumber, pattern) => {
  expect(patternsOf(phoneNumber)).toContain(pattern);
});

test('a number is covered by itself and each of its prefixes with a star', () => {
  expect(patternsOf('+1415')).toEqual(['+1415', '+1*', '+14*', '+141*', '+1415*']);
});
