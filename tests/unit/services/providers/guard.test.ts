import { jest } from '@jest/globals';
import { ProviderError, type ProviderErrorKind } from '../../../../src/errors/provider-error.js';
import { createLogger } from '../../../../src/observability/logger.js';
import { ProviderGuard } from '../../../../src/services/providers/guard.js';
import { deferred } from '../../../support/deferred.js';
import { LogCapture } from '../../../support/evidence.js';

const NAME = 'sinch-verification';
const ROOM = { maxRunning: 2, maxWaiting: 1 };

describe('the guard of a provider', () => {
  let log: LogCapture;
  let guard: ProviderGuard;
  beforeEach(() => {
    log = new LogCapture();
    guard = new ProviderGuard(NAME, createLogger({ level: 'debug', stream: log }), ROOM);
  });

  const answer = (operation = 'start') => guard.run(operation, () => Promise.resolve('answered'));
  const fail = (operation: string, kind: ProviderErrorKind, retryAfterSeconds?: number) => {
    const facts = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    const error = new ProviderError(NAME, kind, facts);
    return expect(guard.run(operation, () => Promise.reject(error))).rejects.toBe(error);
  };
  const refused = { kind: 'unreachable', didNothing: true };

  test('refuses every call after a 429 with Retry-After at a start, for as long', async () => {
    await fail('start', 'rate-limited', 7);
    expect(guard.breakerState).toBe('open');
    for (const operation of ['start', 'check']) {
      const facts = { retryAfterSeconds: 7 };
      await expect(answer(operation)).rejects.toMatchObject({ ...refused, facts });
    }
    await log.flushed();
    expect(log.events('provider.circuit_open')).toMatchObject([
      { provider: NAME, outcome: 'rate-limited' },
    ]);
  });

  test('admits everybody after a 429 with Retry-After at a check: it concerns one number', async () => {
    await fail('check', 'rate-limited', 7);
    expect(guard.breakerState).toBe('closed');
    expect(await answer('start')).toBe('answered');
    expect(await answer('check')).toBe('answered');
  });

  test('admits everybody after any number of 429 without Retry-After', async () => {
    for (let i = 0; i < 20; i += 1) await fail('start', 'rate-limited');
    expect(await answer()).toBe('answered');
  });

  test.each<[ProviderErrorKind, 'open' | 'closed']>([
    ['unreachable', 'open'],
    ['timeout-unknown', 'open'],
    ['bad-response', 'open'],
    ['rejected-destination', 'closed'],
    ['bad-credentials', 'closed'],
    ['quota-exhausted', 'closed'],
  ])('is, after five times %s, %s', async (kind, state) => {
    for (let i = 0; i < 5; i += 1) await fail(i % 2 === 0 ? 'start' : 'check', kind);
    expect(guard.breakerState).toBe(state);
  });

  test('refuses calls beyond those that run and wait, without a call', async () => {
    const { promise, resolve } = deferred();
    const work = () => promise.then(() => 'answered');
    const three = Array.from({ length: 3 }, () => guard.run('start', work));
    let called = false;
    const fourth = guard.run('start', () => {
      called = true;
      return work();
    });
    await expect(fourth).rejects.toMatchObject({ ...refused, facts: { retryAfterSeconds: 1 } });
    expect(called).toBe(false);
    resolve();
    expect(await Promise.all(three)).toEqual(['answered', 'answered', 'answered']);
    expect(guard.breakerState).toBe('closed');
  });

  test.each<ProviderErrorKind>(['bad-credentials', 'quota-exhausted'])(
    'tells the operator of %s once a minute',
    async (kind) => {
      jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
      try {
        for (const laterMs of [0, 59_999, 1, 59_999]) {
          jest.advanceTimersByTime(laterMs);
          await fail('start', kind);
        }
      } finally {
        jest.useRealTimers();
      }
      await log.flushed();
      const alert = { outcome: kind };
      expect(log.events('provider.needs_operator')).toMatchObject([alert, alert]);
    },
  );
});
