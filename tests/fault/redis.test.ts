import { setTimeout as sleep } from 'node:timers/promises';
import { noteSecret } from '../support/evidence.js';
import { freePort } from '../support/free-port.js';
import { describeWithRedis, RedisServer, startRedis } from '../support/redis-server.js';
import { freshNumber } from '../support/service.js';
import { LoadGenerator } from './support/load-generator.js';
import { percentile, tally, type Client, type Result } from './support/client.js';
import { recordMeasurement, scaledForLoad } from './support/measurements.js';
import { ProcessHarness } from './support/process-harness.js';

const TOKEN = 'metrics-token-of-a-test';
const WIDE = {
  METRICS_TOKEN: TOKEN,
  LIMIT_SEND_PER_IP: '100000/1h',
  LIMIT_CHECK_PER_IP: '100000/1h',
};
const times = (count: number) => Array.from({ length: count }, (_, i) => i);

const ask = (client: Client): Promise<Result> => {
  const phoneNumber = freshNumber();
  noteSecret(phoneNumber);
  return client.attempt('POST', '/request-otp', { phoneNumber });
};
const p99 = (results: readonly Result[]) =>
  percentile(
    results.map(({ tookMs }) => tookMs),
    0.99,
  );

async function gauge(client: Client): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const { text } = await client.call('GET', '/metrics', undefined, headers);
  return /^proofline_redis_up (\d)$/m.exec(text)?.[1];
}

async function waitForGauge(clients: readonly Client[], value: '0' | '1'): Promise<number> {
  const from = performance.now();
  for (const client of clients) {
    while ((await gauge(client)) !== value) {
      if (performance.now() > from + 10_000) throw new Error(`the gauge does not reach ${value}`);
      await sleep(20);
    }
  }
  return performance.now() - from;
}

/** Per process: the number of `redis.unavailable` and `redis.available` events. */
const redisEventCounts = (harness: ProcessHarness) =>
  harness.services.map(({ log }) => [
    log.events('redis.unavailable').length,
    log.events('redis.available').length,
  ]);

describeWithRedis('Redis', () => {
  let redis: RedisServer;
  let harness: ProcessHarness;
  let load: LoadGenerator | undefined;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    redis.unfreeze();
    // A failed test has not stopped its load.
    await load?.stop();
    load = undefined;
    await harness.stop();
    await redis.stop();
  });

  async function expectExactAttempts(): Promise<void> {
    const phoneNumber = freshNumber();
    const id = await harness.request(phoneNumber);
    const wrong = harness.sinch.wrongCodeFor(phoneNumber);
    const before = harness.sinch.comparisons;
    const answers = await Promise.all(times(200).map((i) => harness.clientOf(i).verify(id, wrong)));
    expect(tally(answers)).toEqual({ 401: 5, 429: 195 });
    expect((await harness.client.verify(id, harness.sinch.codeFor(phoneNumber))).status).toBe(429);
    expect(harness.sinch.comparisons - before).toBe(5);
  }

  test('killed under load: no error, no delay, exact attempts, and reconnects', async () => {
    harness = await ProcessHarness.start(2, { ...WIDE, REDIS_URL: redis.url });
    const clients = (load = new LoadGenerator(harness.service.url, 6, ask, { pauseMs: 10 }));
    await sleep(2_500);
    const before = clients.results.slice(50);
    const seen = clients.results.length;
    await redis.kill();
    await waitForGauge(harness.clients, '0');
    await sleep(2_500);
    const during = clients.results.slice(seen);
    await expectExactAttempts();
    await redis.restart();
    const backMs = await waitForGauge(harness.clients, '1');
    const results = await clients.stop();

    recordMeasurement('F15 p99 ms before', p99(before));
    recordMeasurement('F15 p99 ms without Redis', p99(during));
    recordMeasurement('F15 ms to reconnect', backMs);
    expect(tally(results)).toEqual({ 200: results.length });
    expect(during.length).toBeGreaterThan(50);
    expect(p99(during)).toBeLessThan(p99(before) + scaledForLoad(50));
    expect(backMs).toBeLessThan(5_000);
    expect(redisEventCounts(harness)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  }, 90_000);

  test('down at startup: the service is ready, and shares limits once Redis is up', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    harness = await ProcessHarness.start(2, {
      ...WIDE,
      REDIS_URL: url,
      LIMIT_CHECK_PER_IP: '9/1h',
    });
    expect((await harness.client.get('/readyz')).status).toBe(200);
    expect(await gauge(harness.client)).toBe('0');
    const first = await ask(harness.client);
    expect(tally([first])).toEqual({ 200: 1 });
    expect(first.tookMs).toBeLessThan(scaledForLoad(1_000));
    const late = await RedisServer.startOn(port);
    try {
      await waitForGauge(harness.clients, '1');
      const unknownId = '0'.repeat(37);
      const answers = await Promise.all(
        times(60).map((i) => harness.clientOf(i).verify(unknownId, '0000')),
      );
      expect(tally(answers)).toEqual({ 404: 9, 429: 51 });
    } finally {
      await late.stop();
    }
  }, 90_000);

  test('frozen: requests wait at most 200 ms, only the first ones wait, and the process stops', async () => {
    harness = await ProcessHarness.start(1, { ...WIDE, REDIS_URL: redis.url });
    const clients = (load = new LoadGenerator(harness.service.url, 6, ask, { pauseMs: 10 }));
    await sleep(2_500);
    const before = clients.results.slice(50);
    const baseline = Math.max(...before.map(({ tookMs }) => tookMs));
    const seen = clients.results.length;
    redis.freeze();
    await sleep(5_000);
    const during = clients.results.slice(seen);
    const longest = Math.max(...during.map(({ tookMs }) => tookMs));
    expect(await gauge(harness.client)).toBe('0');
    redis.unfreeze();
    const backMs = await waitForGauge(harness.clients, '1');
    redis.freeze();
    await sleep(200);
    const results = await clients.stop();
    const { code, afterMs } = await stopped();

    recordMeasurement('F16 longest ms before', baseline);
    recordMeasurement('F16 longest ms with a frozen Redis', longest);
    recordMeasurement('F16 p99 ms with a frozen Redis', p99(during));
    recordMeasurement('F16 ms to reconnect', backMs);
    expect(tally(results)).toEqual({ 200: results.length });
    expect(during.length).toBeGreaterThan(100);
    expect(longest).toBeLessThan(baseline + scaledForLoad(200));
    expect(p99(during.slice(12))).toBeLessThan(p99(before) + scaledForLoad(50));
    expect(backMs).toBeLessThan(6_000);
    expect(redisEventCounts(harness)).toEqual([[1, 1]]);
    expect([code, afterMs < 5_000]).toEqual([0, true]);
  }, 90_000);

  async function stopped(): Promise<{ code: number | null; afterMs: number }> {
    const from = performance.now();
    const { code } = await harness.service.stop();
    return { code, afterMs: performance.now() - from };
  }

  test('flushed repeatedly during an attack: ten wrong codes per number, as with intact Redis', async () => {
    harness = await ProcessHarness.start(2, {
      ...WIDE,
      REDIS_URL: redis.url,
      LIMIT_WRONG_PER_PHONE: '10/1h',
    });
    const attack = async (): Promise<number> => {
      const phoneNumber = freshNumber();
      noteSecret(phoneNumber);
      const before = harness.sinch.comparisons;
      for (let round = 0; round < 10; round += 1) {
        const { status, body } = await harness
          .clientOf(round)
          .post('/request-otp', { phoneNumber });
        if (status === 429) break;
        const id = String(body['verificationId']);
        const wrong = harness.sinch.wrongCodeFor(phoneNumber);
        await Promise.all(times(40).map((i) => harness.clientOf(i).verify(id, wrong)));
      }
      return harness.sinch.comparisons - before;
    };
    const baseline = await attack();
    const ended = new AbortController();
    let emptied = 0;
    const emptying = (async () => {
      while (!ended.signal.aborted) {
        await redis.ask('FLUSHALL');
        emptied += 1;
      }
    })();
    const attacks: number[] = [];
    try {
      attacks.push(await attack(), await attack());
      await expectExactAttempts();
    } finally {
      ended.abort();
      await emptying;
    }
    expect(baseline).toBe(10);
    expect(attacks).toEqual([10, 10]);
    expect(emptied).toBeGreaterThan(20);
  }, 90_000);
});
