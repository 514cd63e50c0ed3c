import { setTimeout as sleep } from 'node:timers/promises';
import type { Options } from 'express-rate-limit';
import { RedisUnavailableError } from '../../../src/errors/redis-unavailable-error.js';
import { SharedLimitStore, type LimitRedis } from '../../../src/stores/shared-limit-store.js';
import { LoggedRedis } from '../../support/redis-client.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';

const OPTIONS = { windowMs: 60_000 } as Options;
const absent: LimitRedis = { send: () => Promise.reject(new RedisUnavailableError('away')) };
const hitsOf = async (store: SharedLimitStore, key: string) =>
  (await store.increment(key)).totalHits;

function storeOn(redis: LimitRedis): SharedLimitStore {
  const store = new SharedLimitStore(redis, 'proofline:ip:test:60:');
  store.init(OPTIONS);
  return store;
}

describe('a limit store without Redis', () => {
  test('counts locally and reports the end of the window', async () => {
    const store = storeOn(absent);
    expect([await hitsOf(store, 'a'), await hitsOf(store, 'a'), await hitsOf(store, 'b')]).toEqual([
      1, 2, 1,
    ]);
    const { resetTime } = await store.increment('a');
    expect(resetTime!.getTime() - Date.now()).toBeLessThanOrEqual(60_000);
    expect(resetTime!.getTime() - Date.now()).toBeGreaterThan(55_000);
  });

  test('gives concurrent requests distinct counts while Redis does not respond', async () => {
    const send = async () => {
      await sleep(30);
      throw new RedisUnavailableError('no-answer');
    };
    const store = storeOn({ send });
    const hits: Promise<number>[] = [];
    for (let i = 0; i < 50; i += 1) {
      hits.push(hitsOf(store, 'a'));
      // Each in its own event loop turn, as requests arrive.
      await new Promise(setImmediate);
    }
    expect(await Promise.all(hits)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  test('decrements and resets without errors', async () => {
    const store = storeOn(absent);
    await hitsOf(store, 'a');
    await hitsOf(store, 'a');
    await store.decrement('a');
    expect(await hitsOf(store, 'a')).toBe(2);
    await store.resetKey('a');
    expect(await hitsOf(store, 'a')).toBe(1);
  });

  test.each([
    ['nonsense', () => Promise.resolve('nonsense')],
    ['nothing', () => Promise.resolve(null)],
    ['an error of another kind', () => Promise.reject(new TypeError('x'))],
  ])('counts locally when Redis replies %s', async (_what, send) => {
    const store = storeOn({ send });
    expect([await hitsOf(store, 'a'), await hitsOf(store, 'a')]).toEqual([1, 2]);
  });
});

test('reports the end of the last full window as the reset time', async () => {
  let shared: [hits: number, endsInMs: number] = [0, 0];
  const store = new SharedLimitStore(
    { send: (command) => Promise.resolve(command === 'SCRIPT' ? 'digest' : shared) },
    'proofline:ip:test:60:',
  );
  store.init({ ...OPTIONS, limit: 3 });
  const waitAfter = async (hits: number, endsInMs: number) => {
    shared = [hits, endsInMs];
    const { totalHits, resetTime } = await store.increment('a');
    return [totalHits, Math.round((resetTime!.getTime() - Date.now()) / 1000)];
  };
  // Another process started the shared window earlier; the local window starts now.
  expect(await waitAfter(2, 10_000)).toEqual([2, 10]);
  expect(await waitAfter(3, 9_000)).toEqual([3, 9]);
  expect(await waitAfter(4, 8_000)).toEqual([4, 60]);
  expect(await waitAfter(1, 60_000)).toEqual([4, 60]);
  expect(await waitAfter(9, 70_000)).toEqual([9, 70]);
});

describeWithRedis('a limit store with Redis', () => {
  let server: RedisServer;
  let redis: LoggedRedis;
  beforeEach(async () => {
    server = await startRedis();
    redis = await LoggedRedis.connected(server.url);
  });
  afterEach(async () => {
    redis.client.close();
    await server.stop();
  });

  test('counts and resets for all processes', async () => {
    const [one, other] = [storeOn(redis.client), storeOn(redis.client)];
    expect([await hitsOf(one, 'a'), await hitsOf(other, 'a'), await hitsOf(one, 'a')]).toEqual([
      1, 2, 3,
    ]);
    await one.resetKey('a');
    expect(await server.keys()).toEqual([]);
    expect(await hitsOf(one, 'a')).toBe(1);
  });

  test('does not recreate an expired counter', async () => {
    const store = storeOn(redis.client);
    await hitsOf(store, 'a');
    await server.ask('FLUSHALL');
    await store.decrement('a');
    expect(await server.keys()).toEqual([]);
  });

  test('leaves no key without an expiry', async () => {
    const store = storeOn(redis.client);
    await Promise.all(Array.from({ length: 100 }, (_, i) => hitsOf(store, `a${i % 7}`)));
    for (const key of await server.keys()) {
      const left = Number((await server.ask('PTTL', key)).slice(1));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(60_000);
    }
    expect(await server.keys()).toHaveLength(7);
  });
});
