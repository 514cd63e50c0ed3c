import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sinchSms } from '../../src/config/sms-senders.js';
import type { RunningSimulator } from '../../src/development/simulator/start-simulator.js';
import { testHome } from '../support/database.js';
import { noteSecret } from '../support/evidence.js';
import { freePort } from '../support/free-port.js';
import { startEverySimulator } from '../support/provider-rig.js';
import { describeWithRedis, startRedis, type RedisServer } from '../support/redis-server.js';
import { freshNumber } from '../support/service.js';
import { selfSignedCertificate } from './support/self-signed-certificate.js';
import { tally } from './support/client.js';
import { ProcessHarness } from './support/process-harness.js';

const times = (count: number) => Array.from({ length: count }, (_, i) => i);

describeWithRedis('local codes in Redis', () => {
  let redis: RedisServer;
  let simulator: RunningSimulator;
  let harness: ProcessHarness;
  const environment = (redisUrl: string) => ({
    VERIFICATION_PROVIDERS: 'local-code',
    SINCH_SMS_URL: simulator.url,
    SINCH_SMS_SERVICE_PLAN_ID: sinchSms.variables.SINCH_SMS_SERVICE_PLAN_ID.development,
    SINCH_SMS_API_TOKEN: sinchSms.variables.SINCH_SMS_API_TOKEN.development,
    REDIS_URL: redisUrl,
  });
  beforeEach(async () => {
    simulator = await startEverySimulator();
  });
  afterEach(async () => {
    redis.unfreeze();
    await harness.stop();
    await redis.stop();
    await simulator.close();
  });

  async function sent(phoneNumber: string): Promise<{ id: string; code: string }> {
    const id = await harness.request(phoneNumber);
    const code = simulator.inbox.list(phoneNumber)[0]?.code ?? '';
    noteSecret(code);
    return { id, code };
  }

  const wrongFor = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

  test('500 concurrent right checks on two processes give one success, and 200 wrong ones five comparisons', async () => {
    redis = await startRedis();
    harness = await ProcessHarness.start(2, environment(redis.url));
    const { id, code } = await sent(freshNumber());
    const answers = await Promise.all(times(500).map((i) => harness.clientOf(i).verify(id, code)));
    expect(tally(answers)['200']).toBe(1);
    expect(answers.filter(({ body }) => body['proof'] !== undefined)).toHaveLength(1);
    expect((await harness.client.verify(id, code)).status).toBe(409);
    // The hash of the code goes with its expiry: the record alone makes a code work once.
    const [key = ''] = await redis.keys();
    expect(Number((await redis.ask('TTL', key)).slice(1))).toBeGreaterThan(0);

    const other = await sent(freshNumber());
    const wrong = wrongFor(other.code);
    const denied = await Promise.all(
      times(200).map((i) => harness.clientOf(i).verify(other.id, wrong)),
    );
    // An overloaded machine may shed some with 503.
    expect(tally(denied)['401']).toBe(5);
    expect(tally(denied)['200']).toBeUndefined();
    expect((await harness.client.verify(other.id, other.code)).status).toBe(429);
  });

  test('lost data: the check gets code_expired, keeps its attempt count, and a new code works', async () => {
    redis = await startRedis();
    harness = await ProcessHarness.start(1, environment(redis.url));
    const phoneNumber = freshNumber();
    const { id, code } = await sent(phoneNumber);
    expect((await harness.client.verify(id, wrongFor(code))).status).toBe(401);
    await redis.ask('FLUSHALL');
    const late = await harness.client.verify(id, code);
    expect([late.status, late.body['code']]).toEqual([410, 'code_expired']);
    const [row] = await harness.rows(
      `SELECT status, attempts FROM verifications WHERE id = '${id}'`,
    );
    expect(row).toEqual({ status: 'pending', attempts: 2 });
    const fresh = await sent(phoneNumber);
    expect((await harness.client.verify(fresh.id, fresh.code)).status).toBe(200);
  });

  test('frozen Redis: immediate 503, nothing is sent or spent, and the code works afterwards', async () => {
    redis = await startRedis();
    harness = await ProcessHarness.start(1, environment(redis.url));
    const { id, code } = await sent(freshNumber());
    redis.freeze();
    const from = performance.now();
    for (const _ of times(20)) {
      const { status, headers } = await harness.client.verify(id, code);
      expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true]);
    }
    expect(performance.now() - from).toBeLessThan(5_000);
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    expect((await harness.client.post('/request-otp', { phoneNumber })).status).toBe(503);
    expect(simulator.inbox.list(phoneNumber)).toEqual([]);
    redis.unfreeze();
    let status = 503;
    for (const until = performance.now() + 8_000; status === 503 && performance.now() < until;) {
      status = (await harness.client.verify(id, code)).status;
    }
    expect(status).toBe(200);
  });

  test('TLS works with a certificate that the process trusts', async () => {
    const { key, cert } = selfSignedCertificate();
    const folder = mkdtempSync(join(testHome(), 'tls-'));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    writeFileSync(keyFile, key);
    writeFileSync(certFile, cert);
    const port = String(await freePort());
    redis = await startRedis(
      ...['--tls-port', port, '--tls-auth-clients', 'no', '--tls-ca-cert-file', certFile],
      ...[
        '--tls-cert-file',
        certFile,
        '--tls-key-file',
        keyFile,
        '--requirepass',
        'redis-password-of-a-test',
      ],
    );
    noteSecret('redis-password-of-a-test');
    harness = await ProcessHarness.start(1, {
      ...environment(`rediss://:redis-password-of-a-test@localhost:${port}`),
      NODE_EXTRA_CA_CERTS: certFile,
    });
    const { id, code } = await sent(freshNumber());
    expect((await harness.client.verify(id, code)).status).toBe(200);
    expect(harness.service.log.events('redis.unavailable')).toEqual([]);
  });
});
