import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisUnavailableError } from '../../../src/errors/redis-unavailable-error.js';
import type { Options } from 'express-rate-limit';
import { RedisCodeStore } from '../../../src/stores/redis-code-store.js';
import { SharedLimitStore } from '../../../src/stores/shared-limit-store.js';
import { selfSignedCertificate } from '../../fault/support/self-signed-certificate.js';
import { noteSecret } from '../../support/evidence.js';
import { LoggedRedis } from '../../support/redis-client.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';

const PASSWORD = 'a password: of/redis@home';
const encoded = encodeURIComponent(PASSWORD);
noteSecret(PASSWORD);
noteSecret(encoded);

describeWithRedis('a Redis with a password', () => {
  let server: RedisServer;
  let redis: LoggedRedis | undefined;
  const withCredentials = (credentials: string, path = '') =>
    `${server.url.replace('//', `//${credentials}@`)}${path}`;
  beforeAll(async () => {
    server = await startRedis('--requirepass', PASSWORD);
  });
  afterEach(() => redis?.client.close());
  afterAll(() => server.stop());

  test('admits clients with the password', async () => {
    redis = await LoggedRedis.connected(withCredentials(`:${encoded}`));
    expect(await redis.client.send('PING')).toBe('PONG');
  });

  test.each([
    ['another one', () => withCredentials(':another'), 'WRONGPASS'],
    ['none', () => server.url, 'NOAUTH'],
  ])('refuses clients with %s, and does not log the password', async (_which, url, reason) => {
    redis = new LoggedRedis(url());
    await sleep(700);
    expect(redis.client.isUp).toBe(false);
    await expect(redis.client.send('PING')).rejects.toEqual(new RedisUnavailableError('away'));
    expect(redis.logSummary()).toEqual([`redis.unavailable ${reason}`]);
    expect(redis.log.lines.join('')).not.toMatch(/another|redis:\/\//);
  });

  test('a user with only the documented permissions and its own database is enough', async () => {
    const admin = await LoggedRedis.connected(withCredentials(`:${encoded}`));
    const rights =
      'hello client|setname select set get evalsha eval del script|load pttl incr'.split(' ');
    await admin.client.send(
      'ACL',
      'SETUSER',
      'proofline',
      'on',
      `>${PASSWORD}`,
      '~proofline:*',
      '-@all',
      ...rights.map((right) => `+${right}`),
    );
    redis = await LoggedRedis.connected(withCredentials(`proofline:${encoded}`, '/3'));
    const codes = new RedisCodeStore(redis.client);
    await codes.put('a', Buffer.from('x'), 60);
    expect(await codes.find('a')).toEqual(Buffer.from('x'));
    const limits = new SharedLimitStore(redis.client, 'proofline:ip:test:60:');
    limits.init({ windowMs: 60_000 } as Options);
    await limits.increment('203.0.113.1');
    await admin.client.send('SELECT', '3');
    expect(await admin.client.send('GET', 'proofline:ip:test:60:203.0.113.1')).toBe('1');
    admin.client.close();
    // No foreign keys.
    await expect(redis.client.send('GET', 'somebody:else')).rejects.toEqual(
      new RedisUnavailableError('NOPERM'),
    );
  });
});

test('rediss:// sends nothing to a server with an untrusted certificate', async () => {
  const heard: Buffer[] = [];
  const impostor = createServer(selfSignedCertificate(), (socket) => {
    socket.on('data', (piece: Buffer) => heard.push(piece));
  }).listen(0, '127.0.0.1');
  await once(impostor, 'listening');
  const { port } = impostor.address() as AddressInfo;
  let tried = 0;
  impostor.on('connection', () => (tried += 1));
  const redis = new LoggedRedis(`rediss://:${encoded}@localhost:${port}`);
  try {
    await sleep(1_000);
    expect(tried).toBeGreaterThan(1);
    expect(redis.client.isUp).toBe(false);
    expect(Buffer.concat(heard).toString()).toBe('');
    expect(redis.logSummary()).toEqual(['redis.unavailable DEPTH_ZERO_SELF_SIGNED_CERT']);
  } finally {
    redis.client.close();
    impostor.close();
  }
});
