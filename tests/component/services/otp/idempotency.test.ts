import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from 'sequelize';
import { Statements } from '../../../../src/database/statements.js';
import { sweep } from '../../../../src/services/operations/background-work.js';
import { IdempotencyService } from '../../../../src/services/verifications/idempotency.service.js';
import { TestService, freshNumber } from '../../../support/service.js';

describe('Idempotency-Key', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ PROVIDER_TIMEOUT_MS: '400' });
  });
  afterAll(() => service.stop());
  const ask = (phoneNumber: string, key: string, path = '/request-otp') =>
    service.post(path, { phoneNumber }, { 'idempotency-key': key });

  test('100 concurrent requests with one key send one message and get one response', async () => {
    const [phoneNumber, key] = [freshNumber(), randomUUID()];
    const before = service.sinch.messages;
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(phoneNumber, key)));
    expect(service.sinch.messages).toBe(before + 1);
    const bodies = new Set(
      answers.filter((answer) => answer.status === 200).map((answer) => answer.text),
    );
    expect(bodies.size).toBe(1);
    const others = answers.filter((answer) => answer.status !== 200);
    expect(others.every((answer) => answer.body['code'] === 'idempotency_in_progress')).toBe(true);
    expect(others.every((answer) => answer.status === 409)).toBe(true);
  });

  test('the same key and body replay the same bytes, also on the alias route', async () => {
    const [phoneNumber, key] = [freshNumber(), randomUUID()];
    const first = await ask(phoneNumber, key);
    const before = service.sinch.messages;
    const second = await ask(phoneNumber, `"${key}"`, '/send-otp');
    expect([second.status, second.text]).toEqual([200, first.text]);
    const replayed = [first, second].map(({ headers }) => headers.get('idempotent-replayed'));
    expect(replayed).toEqual([null, 'true']);
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(service.sinch.messages).toBe(before);
  });

  test('another body with the same key gets 422', async () => {
    const key = randomUUID();
    await ask(freshNumber(), key);
    const answer = await ask(freshNumber(), key);
    expect([answer.status, answer.body['code']]).toEqual([422, 'idempotency_key_reused']);
  });

  test('invalid requests and limit refusals are not stored', async () => {
    const strict = await TestService.start({ LIMIT_RESEND_COOLDOWN_SECONDS: '30' });
    try {
      const [phoneNumber, key] = [freshNumber(), randomUUID()];
      const headers = { 'idempotency-key': key };
      expect((await strict.post('/request-otp', { phoneNumber: 7 }, headers)).status).toBe(400);
      expect((await strict.post('/request-otp', { phoneNumber }, headers)).status).toBe(200);
      const other = { 'idempotency-key': randomUUID() };
      expect((await strict.post('/request-otp', { phoneNumber }, other)).status).toBe(429);
      await strict.rows('UPDATE phone_limits SET next_send_at = now()');
      expect((await strict.post('/request-otp', { phoneNumber }, other)).status).toBe(200);
      expect(strict.sinch.messages).toBe(2);
    } finally {
      await strict.stop();
    }
  });

  test('an unknown outcome is stored: a retry sends nothing', async () => {
    const [phoneNumber, key] = [freshNumber(), randomUUID()];
    service.sinch.misbehave('POST', () => undefined);
    const before = service.sinch.calls.length;
    const first = await ask(phoneNumber, key);
    expect(first.status).toBe(504);
    const second = await ask(phoneNumber, key);
    expect([second.status, second.text]).toEqual([504, first.text]);
    expect(second.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(service.sinch.calls.length).toBe(before + 1);
  });

  test('a definite provider failure releases the key', async () => {
    const [phoneNumber, key] = [freshNumber(), randomUUID()];
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    expect((await ask(phoneNumber, key)).status).toBe(503);
    expect((await ask(phoneNumber, key)).status).toBe(200);
  });

  test('a database failure before the send releases the key before Retry-After ends', async () => {
    const [phoneNumber, key] = [freshNumber(), randomUUID()];
    await service.request(phoneNumber);
    const before = service.sinch.messages;
    const refused = await service.db.transaction(async (transaction) => {
      const lock = 'SELECT FROM phone_limits WHERE phone_key = $1 FOR UPDATE';
      await service.db.query(lock, { bind: [phoneNumber], transaction });
      return ask(phoneNumber, key);
    });
    expect([refused.status, refused.body['code']]).toEqual([503, 'service_unavailable']);
    await sleep(Number(refused.headers.get('retry-after')) * 1000);
    expect((await ask(phoneNumber, key)).status).toBe(200);
    expect(service.sinch.messages).toBe(before + 1);
  });

  test('a database failure after the send keeps the key', async () => {
    const [phoneNumber, key] = [freshNumber(), randomUUID()];
    let locked: Transaction | undefined;
    service.sinch.onStart = async () => {
      locked = await service.db.transaction();
      const lock = 'SELECT FROM verifications WHERE phone_number = $1 FOR UPDATE';
      await service.db.query(lock, { bind: [phoneNumber], transaction: locked });
    };
    const refused = await ask(phoneNumber, key);
    service.sinch.onStart = undefined;
    expect([refused.status, refused.body['code']]).toEqual([503, 'service_unavailable']);
    await locked?.rollback();
    await sleep(500);
    const before = service.sinch.messages;
    expect((await ask(phoneNumber, key)).body['code']).toBe('idempotency_in_progress');
    expect(service.sinch.messages).toBe(before);
  });

  test('the sweeper settles the key of a crashed process without another send', async () => {
    const [phoneNumber, key] = [freshNumber(), randomUUID()];
    let reply: ServerResponse | undefined;
    const asked = new Promise<void>((resolve) =>
      service.sinch.misbehave('POST', (_req, res) => {
        reply = res;
        resolve();
      }),
    );
    const lost = ask(phoneNumber, key);
    await asked;
    await service.rows(
      `UPDATE verifications SET send_started_at = now() - interval '1 hour' WHERE phone_number = $1`,
      [phoneNumber],
    );
    await service.rows(
      `UPDATE idempotency_keys SET created_at = now() - interval '1 hour' WHERE status IS NULL`,
    );
    await sweep(service.background);
    const before = service.sinch.calls.length;
    const retried = await ask(phoneNumber, key);
    const [row] = await service.rows(
      'SELECT id, status FROM verifications WHERE phone_number = $1',
      [phoneNumber],
    );
    expect(retried.status).toBe(504);
    expect(retried.body).toMatchObject({
      code: 'provider_outcome_unknown',
      verificationId: row!['id'],
    });
    expect(row!['status']).toBe('pending');
    expect(service.sinch.calls.length).toBe(before);
    reply?.destroy();
    await lost;
  });

  test('the sweeper releases the key of a process that crashed before the send', async () => {
    const claimed = (age: string) =>
      service.rows(
        `INSERT INTO idempotency_keys (key_hash, request_hash, created_at) VALUES ($1::text, 'x', now() - $1::text::interval)`,
        [age],
      );
    for (const age of ['1 second', '1 hour']) await claimed(age);
    await sweep(service.background);
    expect(
      await service.rows(`SELECT key_hash FROM idempotency_keys WHERE request_hash = 'x'`),
    ).toEqual([{ key_hash: '1 second' }]);
  });

  test('an internal error keeps the key, since a message may have been sent', async () => {
    const [phoneNumber, key] = [freshNumber(), randomUUID()];
    await service.rows('ALTER FUNCTION mark_sent RENAME TO mark_sent_elsewhere');
    const before = service.sinch.messages;
    try {
      expect((await ask(phoneNumber, key)).status).toBe(500);
    } finally {
      await service.rows('ALTER FUNCTION mark_sent_elsewhere RENAME TO mark_sent');
    }
    const again = await ask(phoneNumber, key);
    expect([again.status, again.body['code']]).toEqual([409, 'idempotency_in_progress']);
    expect(service.sinch.messages).toBe(before + 1);
  });

  test('works on a resend', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const headers = { 'idempotency-key': randomUUID() };
    const before = service.sinch.messages;
    const first = await service.post(`/verifications/${id}/resend`, {}, headers);
    const second = await service.post(`/verifications/${id}/resend`, {}, headers);
    expect([first.status, second.status, second.text]).toEqual([200, 200, first.text]);
    expect(service.sinch.messages).toBe(before + 1);
    // After a crash the sweeper knows by it that a message may have left.
    const named = 'SELECT key_hash FROM idempotency_keys WHERE verification_id = $1';
    expect(await service.rows(named, [id])).toHaveLength(1);
    const other = await service.request(freshNumber());
    expect((await service.post(`/verifications/${other}/resend`, {}, headers)).status).toBe(422);
  });

  test.each(['', ' ', 'a b', 'x'.repeat(256), '"unfinished', 'é'])(
    'refuses the key %j',
    async (key) => {
      const before = service.sinch.calls.length;
      const answer = await ask(freshNumber(), key);
      expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
      expect(service.sinch.calls.length).toBe(before);
    },
  );

  test('keeps its first response when the request ends after the sweeper has settled it', async () => {
    const keys = new IdempotencyService(new Statements(service.connections));
    const key = randomUUID();
    const settled = { status: 504, body: '{"code":"provider_outcome_unknown"}' };
    await keys.claim(key, 'request');
    await keys.finish(key, settled);
    await keys.finish(key, { status: 200, body: '{}' });
    expect(await keys.claim(key, 'request')).toEqual({ kind: 'replay', response: settled });
  });

  test('expires after 24 hours', async () => {
    const [phoneNumber, key] = [freshNumber(), randomUUID()];
    const first = await ask(phoneNumber, key);
    const ages = (by: string) =>
      service.rows(`UPDATE idempotency_keys SET created_at = created_at - $1::interval`, [by]);
    await ages('23 hours 59 minutes');
    const before = service.sinch.messages;
    const replayed = await ask(phoneNumber, key);
    expect([replayed.status, replayed.text]).toEqual([200, first.text]);
    expect((await ask(freshNumber(), key)).status).toBe(422);
    expect(service.sinch.messages).toBe(before);
    await ages('1 minute');
    expect((await ask(freshNumber(), key)).status).toBe(200);
    expect(service.sinch.messages).toBe(before + 1);
  });
});
