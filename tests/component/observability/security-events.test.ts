import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { sweep } from '../../../src/services/operations/background-work.js';
import { createTestDatabase } from '../../support/database.js';
import { FakeSinch } from '../../support/fake-sinch.js';
import { PROOF_KEY, TestService, freshNumber, type Answer } from '../../support/service.js';

type Line = Record<string, unknown>;

const CALLER = '203.0.113.7';
const REQUEST_ID = 'request-of-this-test';
const FROM = { 'x-forwarded-for': CALLER, 'x-request-id': REQUEST_ID };

/** Fields that every event of a request must have. */
const BY_REQUEST = {
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  requestId: REQUEST_ID,
  ip: CALLER,
};

describe('security events', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({
      TRUST_PROXY: '127.0.0.1',
      LIMIT_SEND_PER_PHONE: '3/1h',
      LIMIT_CHECK_PER_IP: '40/1h',
      OTP_COUNTRIES: 'US',
    });
  });
  afterAll(() => service.stop());

  const ask = (phoneNumber: string) => service.post('/request-otp', { phoneNumber }, FROM);
  const check = (verificationId: string, code: string) =>
    service.post('/verify-otp', { verificationId, code }, FROM);
  const idOf = (answer: Answer) => String(answer.body['verificationId']);
  /** Lines that `work` has logged, by message. */
  const during = async (work: () => Promise<unknown>) => {
    const before = service.log.lines.length;
    await work();
    await service.log.flushed();
    const lines = service.log.lines.slice(before).map((line) => JSON.parse(line) as Line);
    return (message: string) => lines.filter((line) => line['message'] === message);
  };

  test('requested and sent', async () => {
    let id = '';
    const events = await during(async () => {
      id = idOf(await ask(freshNumber()));
    });
    for (const message of ['otp.requested', 'otp.sent']) {
      expect(events(message)).toEqual([
        expect.objectContaining({ ...BY_REQUEST, verificationId: id, level: 'info' }),
      ]);
    }
  });

  test.each([
    ['refused by the provider', 403, 40300, 'rejected-destination'],
    ['with bad credentials', 401, 40102, 'bad-credentials'],
  ])('failed send: %s', async (_how, status, errorCode, outcome) => {
    service.sinch.answer('POST', status, { errorCode });
    const events = await during(() => ask(freshNumber()));
    expect(events('otp.send_failed')).toEqual([
      expect.objectContaining({
        ...BY_REQUEST,
        verificationId: expect.stringMatching(/^[0-9a-z]{37}$/),
        level: 'warn',
        outcome,
      }),
    ]);
    expect(events('provider.needs_operator')).toHaveLength(outcome === 'bad-credentials' ? 1 : 0);
  });

  test('verified', async () => {
    const phoneNumber = freshNumber();
    const id = idOf(await ask(phoneNumber));
    const events = await during(() => check(id, service.sinch.codeFor(phoneNumber)));
    expect(events('otp.verified')).toEqual([
      expect.objectContaining({ ...BY_REQUEST, verificationId: id }),
    ]);
  });

  test('wrong code, attempts exhausted, then refused', async () => {
    const phoneNumber = freshNumber();
    const id = idOf(await ask(phoneNumber));
    const events = await during(async () => {
      for (let i = 0; i < 6; i += 1) await check(id, service.sinch.wrongCodeFor(phoneNumber));
    });
    const about = { ...BY_REQUEST, verificationId: id };
    expect(events('otp.denied')).toEqual(
      [1, 2, 3, 4, 5].map((attempts): unknown =>
        expect.objectContaining({ ...about, outcome: 'wrong_code', attempts }),
      ),
    );
    expect(events('otp.exhausted')).toEqual([expect.objectContaining({ ...about, level: 'warn' })]);
    expect(events('otp.refused')).toEqual([
      expect.objectContaining({ ...about, outcome: 'exhausted' }),
    ]);
    expect(events('limit.hit')).toEqual([
      expect.objectContaining({ ...BY_REQUEST, limit: 'attempts_exhausted' }),
    ]);
  });

  test('wrong code by number, attempts exhausted: the attempts of those who know the number only', async () => {
    const phoneNumber = freshNumber();
    const id = idOf(await ask(phoneNumber));
    await check(id, service.sinch.wrongCodeFor(phoneNumber));
    const events = await during(async () => {
      for (let i = 0; i < 6; i += 1) {
        const code = service.sinch.wrongCodeFor(phoneNumber);
        await service.post('/verify-otp', { phoneNumber, code }, FROM);
      }
    });
    const about = { ...BY_REQUEST, verificationId: id };
    expect(events('otp.denied')).toEqual(
      [1, 2, 3, 4, 5].map((attempts): unknown =>
        expect.objectContaining({ ...about, outcome: 'wrong_code', attempts }),
      ),
    );
    expect(events('otp.exhausted')).toEqual([expect.objectContaining({ ...about, level: 'warn' })]);
    // The holder's attempts are untouched.
    expect((await check(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test('expired: by a late check and by the sweeper', async () => {
    const phoneNumber = freshNumber();
    const id = idOf(await ask(phoneNumber));
    await service.rows(
      `UPDATE verifications SET expires_at = now() - interval '2 minutes' WHERE id = $1`,
      [id],
    );
    const events = await during(async () => {
      await check(id, service.sinch.codeFor(phoneNumber));
      await sweep(service.background);
    });
    expect(events('otp.refused')).toEqual([
      expect.objectContaining({ ...BY_REQUEST, verificationId: id, outcome: 'expired' }),
    ]);
    const [noticed, ...more] = events('otp.expired');
    expect(more).toEqual([]);
    expect(noticed).toMatchObject({ verificationId: id, level: 'info' });
    // The sweeper runs outside of requests.
    expect(noticed).not.toHaveProperty('requestId');
    expect(noticed).not.toHaveProperty('ip');
  });

  test('cancelled', async () => {
    const id = idOf(await ask(freshNumber()));
    const events = await during(() =>
      service.call('DELETE', `/verifications/${id}`, undefined, FROM),
    );
    expect(events('otp.cancelled')).toEqual([
      expect.objectContaining({ ...BY_REQUEST, verificationId: id }),
    ]);
  });

  test('a reached limit, per number and per address', async () => {
    const phoneNumber = freshNumber();
    const id = idOf(await ask(phoneNumber));
    for (let i = 0; i < 2; i += 1) await ask(phoneNumber);
    const byResend = await during(() => service.post(`/verifications/${id}/resend`, {}, FROM));
    const byNumber = await during(() => ask(phoneNumber));
    const limit = { ...BY_REQUEST, limit: 'send-per-phone' };
    expect(byNumber('limit.hit')).toEqual([expect.objectContaining(limit)]);
    expect(byResend('otp.send_refused')).toEqual([expect.objectContaining(limit)]);
    expect(byNumber('otp.send_refused')).toEqual([
      expect.objectContaining({ ...limit, phone: expect.stringMatching(/^\+1415\*{5}\d\d$/) }),
    ]);
    const byAddress = await during(async () => {
      for (let i = 0; i < 41; i += 1) await check('0'.repeat(37), '1234');
    });
    expect(byAddress('limit.hit')).toContainEqual(
      expect.objectContaining({ ...BY_REQUEST, limit: 'check-per-ip' }),
    );
  });

  test('a blocked number and an unsupported country', async () => {
    const phoneNumber = freshNumber();
    await service.rows(`INSERT INTO number_rules (pattern, kind) VALUES ($1, 'block')`, [
      phoneNumber,
    ]);
    const events = await during(async () => {
      await ask(phoneNumber);
      await ask('+46701234567');
    });
    expect(events('otp.send_refused').map((line) => line['errorCode'])).toEqual([
      'number_blocked',
      'region_not_allowed',
    ]);
    for (const line of events('otp.send_refused')) expect(line).toMatchObject(BY_REQUEST);
  });
});

test('an open circuit is logged for each failure that finds or leaves it open', async () => {
  const service = await TestService.start({ PROVIDER_BREAKER_FAILURES: '2' });
  try {
    service.sinch.answer('POST', 503, { errorCode: 50300 }, {}, 2);
    for (let i = 0; i < 4; i += 1) {
      await service.post('/request-otp', { phoneNumber: freshNumber() });
    }
    expect(service.log.events('provider.circuit_open')).toEqual([
      expect.objectContaining({
        level: 'warn',
        provider: 'sinch-verification',
        outcome: 'unreachable',
        requestId: expect.any(String),
      }),
    ]);
  } finally {
    await service.stop();
  }
});

test('sixty concurrent requests keep their own request ids, also when they queue', async () => {
  const service = await TestService.start({ PROVIDER_MAX_CONCURRENT: '8' });
  try {
    const asked = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        service.post(
          '/request-otp',
          { phoneNumber: freshNumber() },
          { 'x-request-id': `caller-x${i}` },
        ),
      ),
    );
    const served = asked.filter(({ status }) => status === 200);
    expect(served.length).toBeGreaterThan(16);
    for (const message of ['otp.requested', 'otp.sent']) {
      const requestOf = new Map(
        service.log.events(message).map((line) => [line['verificationId'], line['requestId']]),
      );
      for (const { headers, body } of served) {
        expect(requestOf.get(body['verificationId'])).toBe(headers.get('x-request-id'));
      }
    }
  } finally {
    await service.stop();
  }
});

test('a process logs its start and its stop', async () => {
  const database = await createTestDatabase();
  const root = join(import.meta.dirname, '../../..');
  const child = spawn(process.execPath, ['dist/server.js'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      PORT: '0',
      SHUTDOWN_DELAY_MS: '0',
      DATABASE_URL: database.url,
      PROOF_PRIVATE_KEY: PROOF_KEY,
      SINCH_VERIFICATION_URL: 'http://127.0.0.1:9',
      SINCH_APPLICATION_KEY: FakeSinch.key,
      SINCH_APPLICATION_SECRET: FakeSinch.secret,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('listening on')) child.kill('SIGTERM');
    });
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => String(line['message']).startsWith('process.'));
    expect(events).toEqual([
      expect.objectContaining({ message: 'process.started', names: ['sinch-verification'] }),
      expect.objectContaining({ message: 'process.stopping', signal: 'SIGTERM' }),
      expect.objectContaining({ message: 'process.stopped', outcome: 'clean' }),
    ]);
    expect(exitCode).toBe(0);
  } finally {
    child.kill('SIGKILL');
    await database.drop();
  }
});
