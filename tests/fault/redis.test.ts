import { setTimeout as sleep } from 'node:timers/promises';
import { noteSecret } from '../support/evidence.js';
import { describeWithRedis, freePort, RedisServer, startRedis } from '../support/redis-server.js';
import { freshNumber } from '../support/service.js';
import { BusyClients } from './support/busy-clients.js';
import { percentile, tally, type Client, type Result } from './support/client.js';
import { bound, figure } from './support/figures.js';
import { Stage } from './support/stage.js';

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

/** What a process says of Redis in its metrics: 1 or 0. */
async function gauge(client: Client): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const { text } = await client.call('GET', '/metrics', undefined, headers);
  return /^proofline_redis_up (\d)$/m.exec(text)?.[1];
}

async function reaches(clients: readonly Client[], value: '0' | '1'): Promise<number> {
  const from = performance.now();
  for (const client of clients) {
    while ((await gauge(client)) !== value) {
      if (performance.now() > from + 10_000) throw new Error(`the gauge does not reach ${value}`);
      await sleep(20);
    }
  }
  return performance.now() - from;
}

/** How often each process said that Redis is away, and that it is back. */
const said = (stage: Stage) =>
  stage.services.map(({ log }) => [
    log.events('redis.unavailable').length,
    log.events('redis.available').length,
  ]);

describeWithRedis('Redis', () => {
  let redis: RedisServer;
  let stage: Stage;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    redis.unfreeze();
    await stage.strike();
    await redis.stop();
  });

  /** Five wrong codes are compared for one verification, and not even the right one after them. */
  async function expectExactAttempts(): Promise<void> {
    const phoneNumber = freshNumber();
    const id = await stage.request(phoneNumber);
    const wrong = stage.sinch.wrongCodeFor(phoneNumber);
    const before = stage.sinch.comparisons;
    const answers = await Promise.all(times(200).map((i) => stage.clientOf(i).verify(id, wrong)));
    expect(tally(answers)).toEqual({ 401: 5, 429: 195 });
    expect((await stage.client.verify(id, stage.sinch.codeFor(phoneNumber))).status).toBe(429);
    expect(stage.sinch.comparisons - before).toBe(5);
  }

  test('killed under load: no error, no delay, attempts exact, and found again when it is back', async () => {
    stage = await Stage.set(2, { ...WIDE, REDIS_URL: redis.url });
    const clients = new BusyClients(stage.service.url, 6, ask, { pauseMs: 10 });
    await sleep(2_500);
    const before = clients.results.slice(50);
    const seen = clients.results.length;
    await redis.kill();
    await reaches(stage.clients, '0');
    await sleep(2_500);
    const during = clients.results.slice(seen);
    await expectExactAttempts();
    await redis.startAgain();
    const backMs = await reaches(stage.clients, '1');
    const results = await clients.stop();

    figure('F15 p99 ms before', p99(before));
    figure('F15 p99 ms without Redis', p99(during));
    figure('F15 ms until it is found again', backMs);
    expect(tally(results)).toEqual({ 200: results.length });
    expect(during.length).toBeGreaterThan(50);
    expect(p99(during)).toBeLessThan(p99(before) + bound(50));
    expect(backMs).toBeLessThan(5_000);
    expect(said(stage)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  }, 90_000);

  test('absent at the start: ready all the same, and limits are shared once it is there', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    stage = await Stage.set(2, { ...WIDE, REDIS_URL: url, LIMIT_CHECK_PER_IP: '9/1h' });
    expect((await stage.client.get('/readyz')).status).toBe(200);
    expect(await gauge(stage.client)).toBe('0');
    const first = await ask(stage.client);
    expect(tally([first])).toEqual({ 200: 1 });
    expect(first.tookMs).toBeLessThan(bound(1_000));
    const late = await RedisServer.startOn(port);
    try {
      await reaches(stage.clients, '1');
      const nobody = '0'.repeat(37);
      const answers = await Promise.all(
        times(60).map((i) => stage.clientOf(i).verify(nobody, '0000')),
      );
      expect(tally(answers)).toEqual({ 404: 9, 429: 51 });
    } finally {
      await late.stop();
    }
  }, 90_000);

  test('frozen: no request waits longer than 200 ms for it, all but the first not at all, and the process stops', async () => {
    stage = await Stage.set(1, { ...WIDE, REDIS_URL: redis.url });
    const clients = new BusyClients(stage.service.url, 6, ask, { pauseMs: 10 });
    await sleep(2_500);
    const before = clients.results.slice(50);
    const usual = Math.max(...before.map(({ tookMs }) => tookMs));
    const seen = clients.results.length;
    redis.freeze();
    await sleep(5_000);
    const during = clients.results.slice(seen);
    const longest = Math.max(...during.map(({ tookMs }) => tookMs));
    expect(await gauge(stage.client)).toBe('0');
    redis.unfreeze();
    const backMs = await reaches(stage.clients, '1');
    redis.freeze();
    await sleep(200);
    const results = await clients.stop();
    const { code, afterMs } = await stopped();

    figure('F16 longest ms usually', usual);
    figure('F16 longest ms with a frozen Redis', longest);
    figure('F16 p99 ms with a frozen Redis', p99(during));
    figure('F16 ms until it is found again', backMs);
    expect(tally(results)).toEqual({ 200: results.length });
    expect(during.length).toBeGreaterThan(100);
    expect(longest).toBeLessThan(usual + bound(200));
    expect(p99(during.slice(12))).toBeLessThan(p99(before) + bound(50));
    expect(backMs).toBeLessThan(6_000);
    expect(said(stage)).toEqual([[1, 1]]);
    expect([code, afterMs < 5_000]).toEqual([0, true]);
  }, 90_000);

  /** How the process ends on SIGTERM, and how long that takes. */
  async function stopped(): Promise<{ code: number | null; afterMs: number }> {
    const from = performance.now();
    const { code } = await stage.service.stop();
    return { code, afterMs: performance.now() - from };
  }

  test('emptied again and again during an attack: ten wrong codes for a number, as without it', async () => {
    stage = await Stage.set(2, { ...WIDE, REDIS_URL: redis.url, LIMIT_WRONG_PER_PHONE: '10/1h' });
    const attack = async (): Promise<number> => {
      const phoneNumber = freshNumber();
      noteSecret(phoneNumber);
      const before = stage.sinch.comparisons;
      for (let round = 0; round < 10; round += 1) {
        const { status, body } = await stage.clientOf(round).post('/request-otp', { phoneNumber });
        if (status === 429) break;
        const id = String(body['verificationId']);
        const wrong = stage.sinch.wrongCodeFor(phoneNumber);
        await Promise.all(times(40).map((i) => stage.clientOf(i).verify(id, wrong)));
      }
      return stage.sinch.comparisons - before;
    };
    const usual = await attack();
    const ended = new AbortController();
    let emptied = 0;
    const emptying = (async () => {
      while (!ended.signal.aborted) {
        await redis.ask('FLUSHALL');
        emptied += 1;
      }
    })();
    const attacks = [await attack(), await attack()];
    await expectExactAttempts();
    ended.abort();
    await emptying;
    expect(usual).toBe(10);
    expect(attacks).toEqual([10, 10]);
    expect(emptied).toBeGreaterThan(20);
  }, 90_000);
});
