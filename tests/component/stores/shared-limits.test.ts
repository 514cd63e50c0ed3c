import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { parseLimits } from '../../../src/domain/limit.js';
import { listen, type ListeningServer } from '../../../src/http/server.js';
import { errorHandler } from '../../../src/middlewares/error-handler.js';
import { ipLimit } from '../../../src/middlewares/ip-limit.js';
import { createLogger } from '../../../src/observability/logger.js';
import { LogCapture } from '../../support/evidence.js';
import { freePort } from '../../support/free-port.js';
import { LoggedRedis, timed } from '../../support/redis-client.js';
import { describeWithRedis, RedisServer, startRedis } from '../../support/redis-server.js';

const times = (count: number) => Array.from({ length: count }, (_, i) => i);
let nextAddress = 0;
/** Written by health checks, for a millisecond. */
const HEALTH_KEY = 'proofline:health';
const freshAddress = () => `203.0.113.${(nextAddress += 1)}`;

/** A process with only the address limits. Admitted requests get a 204. */
class Gate {
  private constructor(
    readonly redis: LoggedRedis,
    private readonly server: ListeningServer,
  ) {}

  static async open(redisUrl: string, limits: string, name = 'send-per-ip'): Promise<Gate> {
    const redis = new LoggedRedis(redisUrl);
    const app = express().set('trust proxy', '127.0.0.1');
    app.get('/', ...ipLimit(name, parseLimits(limits) ?? [], redis.client));
    app.get('/', (_req, res) => void res.status(204).end());
    app.use(errorHandler(createLogger({ level: 'debug', stream: new LogCapture() })));
    return new Gate(redis, await listen(app, '127.0.0.1', 0));
  }

  ask(address: string): Promise<Response> {
    const headers = { 'x-forwarded-for': address };
    return fetch(`http://127.0.0.1:${this.server.port}/`, { headers });
  }

  async statusOf(address: string): Promise<number> {
    return (await this.ask(address)).status;
  }

  async close(): Promise<void> {
    await this.server.close();
    this.redis.client.close();
  }
}

describeWithRedis('limits per address in Redis', () => {
  let redis: RedisServer;
  let gates: Gate[];
  const openGates = async (count: number, limits: string, name?: string): Promise<Gate[]> => {
    const opened = await Promise.all(times(count).map(() => Gate.open(redis.url, limits, name)));
    gates.push(...opened);
    await Promise.all(opened.map((gate) => gate.redis.becomes('up')));
    return opened;
  };
  /** Number of responses by status, for `count` concurrent requests over the processes. */
  const rush = async (among: Gate[], address: string, count: number) => {
    const counts: Record<number, number> = {};
    const statuses = times(count).map((i) => among[i % among.length]!.statusOf(address));
    for (const status of await Promise.all(statuses)) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  beforeEach(async () => {
    gates = [];
    redis = await startRedis();
  });
  afterEach(async () => {
    redis.unfreeze();
    for (const gate of gates) await gate.close();
    await redis.stop();
  });

  test('of several windows report the longest wait, also of a window that another process has filled', async () => {
    const [one, other] = (await openGates(2, '1/2s,2/1h')) as [Gate, Gate];
    const address = freshAddress();
    expect(await one.statusOf(address)).toBe(204);
    await sleep(2100);
    expect(await one.statusOf(address)).toBe(204);
    const refused = await other.ask(address);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3590);
  });

  test('hold over all processes: of 200 concurrent requests, 7 pass', async () => {
    const all = await openGates(2, '7/1h');
    const [one, another] = [freshAddress(), freshAddress()];
    expect(await rush(all, one, 200)).toEqual({ 204: 7, 429: 193 });
    expect(await rush(all, another, 50)).toEqual({ 204: 7, 429: 43 });
    for (const gate of all) expect(await gate.statusOf(one)).toBe(429);
  });

  test('report a sufficient wait, also in a process that has just started to count', async () => {
    const [first, second] = (await openGates(2, '2/2s')) as [Gate, Gate];
    const address = freshAddress();
    expect([await first.statusOf(address), await first.statusOf(address)]).toEqual([204, 204]);
    await sleep(700);
    const refused = await second.ask(address);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', limit: 'send-per-ip' });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBe(2);
    expect(refused.headers.get('ratelimit')).toMatch(/^"send-per-ip"; r=0; t=[12]/);
    await sleep(wait * 1_000);
    expect([await second.statusOf(address), await first.statusOf(address)]).toEqual([204, 204]);
    expect(await second.statusOf(address)).toBe(429);
  });

  test('keep an address in Redis only for its window', async () => {
    const [gate] = (await openGates(1, '5/1s,9/1h', 'check-per-ip')) as [Gate];
    await gate.statusOf('203.0.113.99');
    await gate.statusOf('2001:db8:1:2:3:4:5:6');
    expect(await redis.keys()).toEqual([
      'proofline:ip:check-per-ip:1:2001:db8:1:2::/64',
      'proofline:ip:check-per-ip:1:203.0.113.99',
      'proofline:ip:check-per-ip:1:48:2001:db8:1::/48',
      'proofline:ip:check-per-ip:1:56:2001:db8:1::/56',
      'proofline:ip:check-per-ip:3600:2001:db8:1:2::/64',
      'proofline:ip:check-per-ip:3600:203.0.113.99',
      'proofline:ip:check-per-ip:3600:48:2001:db8:1::/48',
      'proofline:ip:check-per-ip:3600:56:2001:db8:1::/56',
    ]);
    const [longest] = (await redis.keys()).slice(-1);
    const ttl = async () => Number((await redis.ask('PTTL', longest!)).slice(1));
    expect(await ttl()).toBeLessThanOrEqual(3_600_000);
    await sleep(1_200);
    await gate.statusOf('203.0.113.98');
    // Further requests do not extend the window.
    await gate.statusOf('203.0.113.99');
    expect(await ttl()).toBeLessThan(3_599_000);
    expect(await redis.keys()).not.toContain('proofline:ip:check-per-ip:1:2001:db8:1:2::/64');
  });

  test('continue in each process when Redis is killed, without fresh windows or errors', async () => {
    const [first, second] = (await openGates(2, '5/1h')) as [Gate, Gate];
    const address = freshAddress();
    expect(await rush([first], address, 4)).toEqual({ 204: 4 });
    await redis.kill();
    expect(await rush([first], address, 20)).toEqual({ 204: 1, 429: 19 });
    // Without Redis, it does not know the other process's count.
    expect(await rush([second], address, 20)).toEqual({ 204: 5, 429: 15 });
  });

  test('take at most 200 ms when Redis is frozen, and only for the first requests', async () => {
    const [gate] = (await openGates(1, '50/1h,60/24h')) as [Gate];
    const address = freshAddress();
    await gate.statusOf(address);
    redis.freeze();
    const all: { tookMs: number; value?: number }[] = [];
    for (const _ of times(100)) all.push(await timed(gate.statusOf(address)));
    expect(all.filter(({ value }) => value === 204)).toHaveLength(49);
    expect(all.filter(({ value }) => value === 429)).toHaveLength(51);
    const waited = all.filter(({ tookMs }) => tookMs > 100);
    expect(waited.length).toBeLessThanOrEqual(2);
    expect(Math.max(...all.map(({ tookMs }) => tookMs))).toBeLessThan(250);
  });

  test('are shared again when Redis is back, and hold locally although its data is lost', async () => {
    const all = (await openGates(2, '5/1h')) as [Gate, Gate];
    const address = freshAddress();
    expect(await rush([all[0]], address, 5)).toEqual({ 204: 5 });
    await redis.kill();
    await Promise.all(all.map((gate) => gate.redis.becomes('down')));
    await redis.restart();
    await Promise.all(all.map((gate) => gate.redis.becomes('up')));
    expect(await rush([all[0]], address, 5)).toEqual({ 429: 5 });
    // Redis has counted these five, so the other process knows them.
    expect(await rush([all[1]], address, 5)).toEqual({ 429: 5 });
    const another = freshAddress();
    expect(await rush(all, another, 20)).toEqual({ 204: 5, 429: 15 });
  });

  test.each(['FLUSHALL', 'SCRIPT FLUSH'])('survive %s', async (command) => {
    const [gate] = (await openGates(1, '5/1h')) as [Gate];
    const address = freshAddress();
    expect(await rush([gate], address, 3)).toEqual({ 204: 3 });
    await redis.ask(command);
    expect(await rush([gate], address, 10)).toEqual({ 204: 2, 429: 8 });
    expect(gate.redis.client.isUp).toBe(true);
    expect(await redis.keys()).toEqual([`proofline:ip:send-per-ip:3600:${address}`]);
  });

  test('treat a refusing Redis like an absent one', async () => {
    const [gate] = (await openGates(1, '3/1h')) as [Gate];
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
    expect(await rush([gate], freshAddress(), 10)).toEqual({ 204: 3, 429: 7 });
    expect(gate.redis.logSummary()).toEqual(['redis.unavailable OOM']);
  });
});

describeWithRedis('limits per address without a Redis at the start', () => {
  test('are counted locally, and shared once Redis is available', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    const all = [await Gate.open(url, '4/1h'), await Gate.open(url, '4/1h')] as const;
    try {
      const [early, late] = [freshAddress(), freshAddress()];
      expect(await all[0].statusOf(early)).toBe(204);
      const redis = await RedisServer.startOn(port);
      try {
        for (const gate of all) await gate.redis.becomes('up');
        const statuses = await Promise.all(times(20).map((i) => all[i % 2]!.statusOf(late)));
        expect(statuses.filter((status) => status === 204)).toHaveLength(4);
        const counted = (await redis.keys()).filter((key) => key !== HEALTH_KEY);
        expect(counted).toEqual([`proofline:ip:send-per-ip:3600:${late}`]);
      } finally {
        await redis.stop();
      }
    } finally {
      for (const gate of all) await gate.close();
    }
  });
});
