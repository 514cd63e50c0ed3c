import { setTimeout as sleep } from 'node:timers/promises';
import { RedisUnavailableError } from '../../../src/errors/redis-unavailable-error.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { LoggedRedis, timed } from '../../support/redis-client.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';

const times = (count: number) => Array.from({ length: count }, (_, i) => i);

describeWithRedis('the client of Redis', () => {
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

  /** Number of open connections of this client. */
  const connections = async () =>
    (await server.ask('CLIENT', 'LIST'))
      .split('\n')
      .filter((line) => line.includes(' name=proofline ')).length;

  /** Total number of connections made to Redis. */
  const accepted = async () =>
    Number(/total_connections_received:(\d+)/.exec(await server.ask('INFO', 'stats'))?.[1]);

  test('sends commands and returns their replies', async () => {
    expect(await redis.client.send('SET', 'a key', 'a value\r\nin two lines')).toBe('OK');
    expect(await redis.client.send('GET', 'a key')).toBe('a value\r\nin two lines');
    expect(await redis.client.send('GET', 'another key')).toBeNull();
    expect(await redis.client.send('INCR', 'n')).toBe(1);
    expect(await connections()).toBe(1);
    expect(redis.logSummary()).toEqual([]);
  });

  test('passes NOSCRIPT on to the caller and stays available', async () => {
    const digest = '0'.repeat(40);
    await expect(redis.client.send('EVALSHA', digest, '0')).rejects.toThrow(/^NOSCRIPT/);
    expect(redis.client.isUp).toBe(true);
    expect(redis.logSummary()).toEqual([]);
  });

  test('refuses at once after Redis was killed, and reconnects by itself', async () => {
    await server.kill();
    await redis.becomes('down');
    const refused = await timed(redis.client.send('PING'));
    expect(refused.error).toBeInstanceOf(RedisUnavailableError);
    expect(refused.tookMs).toBeLessThan(50);
    await server.restart();
    expect(await redis.becomes('up')).toBeLessThan(4_000);
    expect(await redis.client.send('PING')).toBe('PONG');
    expect(redis.logSummary()).toEqual([
      expect.stringMatching(/^redis\.unavailable /),
      'redis.available',
    ]);
    expect(await connections()).toBe(1);
  });

  test('makes only the first commands wait for a frozen Redis', async () => {
    server.freeze();
    const first = await timed(redis.client.send('PING'));
    expect(first.error).toBeInstanceOf(RedisUnavailableError);
    expect(first.tookMs).toBeLessThan(200);
    const from = performance.now();
    for (const _ of times(1000)) {
      await expect(redis.client.send('PING')).rejects.toBeInstanceOf(RedisUnavailableError);
    }
    expect(performance.now() - from).toBeLessThan(1_000);
    // Background attempts to connect must not delay commands either.
    await sleep(5_000);
    expect((await timed(redis.client.send('PING'))).tookMs).toBeLessThan(50);
    server.unfreeze();
    expect(await redis.becomes('up')).toBeLessThan(6_000);
    expect(await redis.client.send('PING')).toBe('PONG');
    expect(redis.logSummary()).toEqual(['redis.unavailable no-answer', 'redis.available']);
  });

  test('keeps its connection over a short pause of Redis', async () => {
    const before = await accepted();
    server.freeze();
    await timed(redis.client.send('PING'));
    expect(redis.client.isUp).toBe(false);
    server.unfreeze();
    expect(await redis.becomes('up')).toBeLessThan(2_000);
    // Includes the connection of this query.
    expect((await accepted()) - before).toBe(1);
  });

  test('detects a frozen Redis without any command', async () => {
    server.freeze();
    expect(await redis.becomes('down')).toBeLessThan(6_000);
    server.unfreeze();
    expect(await redis.becomes('up')).toBeLessThan(6_000);
  });

  test('limits the pending commands to 2,000 and stays available', async () => {
    server.freeze();
    const all = await Promise.all(times(3_000).map(() => timed(redis.client.send('PING'))));
    const reasons = all.map(({ error }) => (error as RedisUnavailableError).reason);
    expect(reasons.filter((reason) => reason === 'no-answer')).toHaveLength(2_000);
    expect(reasons.filter((reason) => reason === 'busy')).toHaveLength(1_000);
    server.unfreeze();
    await redis.becomes('up');
    const again = times(2_001).map(() => timed(redis.client.send('PING')));
    expect((await again.at(-1))?.error).toEqual(new RedisUnavailableError('busy'));
    expect(redis.client.isUp).toBe(true);
    await Promise.all(again);
  });

  test.each([
    ['before the command is written', () => Promise.resolve()],
    ['before the answer is read', () => new Promise(setImmediate)],
  ])('tolerates a pause of its own process: %s', async (_when, soon) => {
    const answer = redis.client.send('PING');
    for (const _ of times(3)) await soon();
    const until = performance.now() + 400;
    while (performance.now() < until);
    expect(await answer).toBe('PONG');
    expect(redis.logSummary()).toEqual([]);
  });

  test('treats a refusing Redis as unavailable, and logs why', async () => {
    await server.ask('CONFIG', 'SET', 'maxmemory', '1');
    const { error } = await timed(redis.client.send('SET', 'a', 'b'));
    expect(error).toEqual(new RedisUnavailableError('OOM'));
    await server.ask('CONFIG', 'SET', 'maxmemory', '0');
    expect(await redis.becomes('up')).toBeLessThan(3_000);
    expect(await redis.client.send('SET', 'a', 'b')).toBe('OK');
    expect(redis.logSummary()).toEqual(['redis.unavailable OOM', 'redis.available']);
  });

  test('stays unavailable while Redis answers pings but refuses writes, without any command', async () => {
    await server.ask('CONFIG', 'SET', 'maxmemory', '1');
    expect(await redis.becomes('down')).toBeLessThan(2_000);
    const seen: boolean[] = [];
    for (const _ of times(125)) {
      seen.push(redis.client.isUp);
      await sleep(20);
    }
    expect(seen).not.toContain(true);
    expect(redis.logSummary()).toEqual(['redis.unavailable OOM']);
  });

  test('is unavailable while Redis answers pings but no writes', async () => {
    await server.ask('CLIENT', 'PAUSE', '2500', 'WRITE');
    expect(await redis.becomes('down')).toBeLessThan(2_000);
    await sleep(1_100);
    expect(redis.client.isUp).toBe(false);
    expect(await redis.becomes('up')).toBeLessThan(4_000);
  });

  test('logs an outage once a minute', async () => {
    for (const _ of times(3)) {
      server.freeze();
      await timed(redis.client.send('PING'));
      server.unfreeze();
      await redis.becomes('up');
    }
    expect(redis.logSummary()).toEqual(['redis.unavailable no-answer', 'redis.available']);
    redis.clockOffsetMs = 40_000;
    await server.kill();
    await redis.becomes('down');
    await sleep(1_500);
    expect(redis.logSummary()).toHaveLength(2);
    redis.clockOffsetMs = 61_000;
    await sleep(3_000);
    expect(redis.logSummary().slice(2)).toEqual(['redis.unavailable ECONNREFUSED']);
  });

  test('shows the availability of Redis in the metrics', async () => {
    const metrics = new Metrics(false);
    metrics.watchRedis(redis.client);
    expect(await metrics.text()).toMatch(/^proofline_redis_up 1$/m);
    await server.kill();
    await redis.becomes('down');
    expect(await metrics.text()).toMatch(/^proofline_redis_up 0$/m);
  });

  test('closes at once, also when Redis is frozen, and leaves no connection', async () => {
    server.freeze();
    const pending = timed(redis.client.send('PING'));
    const from = performance.now();
    redis.client.close();
    expect(performance.now() - from).toBeLessThan(50);
    expect((await pending).error).toBeInstanceOf(RedisUnavailableError);
    await expect(redis.client.send('PING')).rejects.toBeInstanceOf(RedisUnavailableError);
    redis.client.close();
    server.unfreeze();
    await sleep(100);
    expect(await connections()).toBe(0);
    expect(redis.logSummary()).toEqual([]);
  });

  test('closes at once while it connects', async () => {
    const early = new LoggedRedis(server.url);
    early.client.close();
    await sleep(300);
    expect(await connections()).toBe(1);
    expect(early.client.isUp).toBe(false);
    expect(early.logSummary()).toEqual([]);
  });
});
