import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisUnavailableError } from '../../../src/errors/redis-unavailable-error.js';
import { ChaosProxy } from '../../support/chaos-proxy.js';
import { freePort } from '../../support/free-port.js';
import { LoggedRedis, timed } from '../../support/redis-client.js';
import { describeWithRedis, RedisServer, startRedis } from '../../support/redis-server.js';

const times = (count: number) => Array.from({ length: count }, (_, i) => i);

describeWithRedis('a failover behind one address', () => {
  test('makes the client reconnect to the new primary', async () => {
    const [old, successor] = await Promise.all([startRedis(), startRedis()]);
    let target = old.port;
    const address = createServer((client) => {
      const upstream = connect(target, '127.0.0.1');
      pipeline(client, upstream, client, () => undefined);
    }).listen(0, '127.0.0.1');
    await once(address, 'listening');
    const { port } = address.address() as AddressInfo;
    const redis = await LoggedRedis.connected(`redis://127.0.0.1:${port}`);
    try {
      await old.ask('REPLICAOF', '127.0.0.1', `${successor.port}`);
      const { error } = await timed(redis.client.send('SET', 'a', 'b'));
      expect(error).toEqual(new RedisUnavailableError('READONLY'));
      // The old primary still answers pings: nothing is up before the address follows.
      await sleep(1_500);
      expect(redis.client.isUp).toBe(false);
      target = successor.port;
      expect(await redis.becomes('up')).toBeLessThan(4_000);
      expect(await redis.client.send('SET', 'a', 'b')).toBe('OK');
      expect(await successor.ask('GET', 'a')).toContain('b');
      expect(redis.logSummary()).toEqual(['redis.unavailable READONLY', 'redis.available']);
    } finally {
      redis.client.close();
      address.close();
      await Promise.all([old.stop(), successor.stop()]);
    }
  });
});

describeWithRedis('the first moments', () => {
  test('are enough to connect before the first request', async () => {
    const server = await startRedis();
    const redis = new LoggedRedis(server.url);
    try {
      expect(await redis.client.send('PING')).toBe('PONG');
    } finally {
      redis.client.close();
      await server.stop();
    }
  });

  test('end soon when Redis is frozen', async () => {
    const server = await startRedis();
    server.freeze();
    const redis = new LoggedRedis(server.url);
    try {
      const all = await Promise.all(times(50).map(() => timed(redis.client.send('PING'))));
      expect(Math.max(...all.map(({ tookMs }) => tookMs))).toBeLessThan(250);
      const late = await timed(redis.client.send('PING'));
      expect(late.error).toEqual(new RedisUnavailableError('away'));
      expect(late.tookMs).toBeLessThan(50);
    } finally {
      redis.client.close();
      await server.stop();
    }
  });
});

describeWithRedis('a Redis that is not there when the service starts', () => {
  test('delays nothing, is logged once, and is used when it appears', async () => {
    const port = await freePort();
    const redis = new LoggedRedis(`redis://127.0.0.1:${port}`);
    try {
      await redis.client.send('PING').catch(() => undefined);
      expect((await timed(redis.client.send('PING'))).tookMs).toBeLessThan(50);
      await sleep(1_000);
      expect(redis.logSummary()).toEqual(['redis.unavailable ECONNREFUSED']);
      const server = await RedisServer.startOn(port);
      try {
        expect(await redis.becomes('up')).toBeLessThan(4_000);
        expect(redis.logSummary()).toEqual(['redis.unavailable ECONNREFUSED', 'redis.available']);
        // The earlier failures do not delay the next reconnect.
        await server.ask('CLIENT', 'KILL', 'TYPE', 'normal');
        await redis.becomes('down');
        expect(await redis.becomes('up')).toBeLessThan(600);
      } finally {
        await server.stop();
      }
    } finally {
      redis.client.close();
    }
  });
});

describeWithRedis('a network that swallows everything', () => {
  test('is replaced after three seconds of silence', async () => {
    const server = await startRedis();
    const proxy = await ChaosProxy.start(server.url);
    const redis = await LoggedRedis.connected(proxy.proxied(server.url));
    try {
      proxy.apply({ dropped: true });
      const { error, tookMs } = await timed(redis.client.send('PING'));
      expect(error).toEqual(new RedisUnavailableError('no-answer'));
      expect(tookMs).toBeLessThan(200);
      await sleep(4_000);
      proxy.apply({});
      expect(await redis.becomes('up')).toBeLessThan(6_000);
      expect(proxy.accepted).toBeGreaterThan(1);
      expect(await redis.client.send('PING')).toBe('PONG');
    } finally {
      redis.client.close();
      await proxy.close();
      await server.stop();
    }
  });
});
