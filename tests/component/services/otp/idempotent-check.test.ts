import { randomUUID } from 'node:crypto';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

const jtiOf = ({ body }: Answer) =>
  (
    JSON.parse(
      Buffer.from(String(body['proof']).split('.')[1] ?? '', 'base64url').toString(),
    ) as Record<string, unknown>
  )['jti'];
const replayed = ({ headers }: Answer) => headers.get('idempotent-replayed');

describe('a check with an Idempotency-Key', () => {
  let service: TestService;
  let phoneNumber: string;
  let id: string;
  let code: string;
  let key: string;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    phoneNumber = freshNumber();
    id = await service.request(phoneNumber, { reference: 'order-7' });
    code = service.sinch.codeFor(phoneNumber);
    key = randomUUID();
  });

  const check = (more: Record<string, unknown> = {}, with_ = key) =>
    service.post(
      '/verify-otp',
      { verificationId: id, code, ...more },
      { 'idempotency-key': with_ },
    );
  const byNumber = (more: Record<string, unknown> = {}) =>
    service.post('/verify-otp', { phoneNumber, code, ...more }, { 'idempotency-key': key });
  const attempts = async () =>
    (
      await service.rows('SELECT attempts, phone_attempts FROM verifications WHERE id = $1', [id])
    )[0];

  test.each([
    ['by id', () => check(), { attempts: 1, phone_attempts: 0 }],
    ['by number', () => byNumber(), { attempts: 0, phone_attempts: 1 }],
  ])('gives a lost success again: %s', async (_form, ask, spent) => {
    const before = service.sinch.comparisons;
    const first = await ask();
    const again = await ask();
    expect([first.status, replayed(first)]).toEqual([200, null]);
    expect([again.status, replayed(again)]).toEqual([200, 'true']);
    expect(again.text).toBe(first.text);
    expect(again.body).toMatchObject({ verificationId: id, reference: 'order-7' });
    expect(jtiOf(again)).toBe(jtiOf(first));
    expect(service.sinch.comparisons - before).toBe(1);
    expect(await attempts()).toEqual(spent);
    // It is one proof: spent once, it is spent.
    const spend = () => service.post('/proofs/spend', { proof: again.body['proof'] });
    expect([(await spend()).status, (await spend()).status]).toEqual([200, 409]);
  });

  test('takes pin for code', async () => {
    const first = await check();
    const again = await service.post(
      '/verify-otp',
      { verificationId: id, pin: code },
      { 'idempotency-key': `"${key}"` },
    );
    expect([again.status, again.text]).toEqual([200, first.text]);
  });

  test('100 at once are compared once, and every success has the same proof', async () => {
    const before = service.sinch.comparisons;
    const answers = await Promise.all(Array.from({ length: 100 }, () => check()));
    expect(service.sinch.comparisons - before).toBe(1);
    expect(await attempts()).toEqual({ attempts: 1, phone_attempts: 0 });
    const successes = answers.filter(({ status }) => status === 200);
    expect(new Set(successes.map(({ text }) => text)).size).toBe(1);
    expect(successes.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
      // An overloaded machine may shed some with 503.
      if (status !== 503) expect([status, body['code']]).toEqual([409, 'idempotency_in_progress']);
    }
    expect((await check()).status).toBe(200);
  });

  test('without it, or with another one, there is one winner', async () => {
    expect((await check()).status).toBe(200);
    for (const again of [await service.verify(id, code), await check({}, randomUUID())]) {
      expect([again.status, again.body['code']]).toEqual([409, 'already_verified']);
      expect(again.body).not.toHaveProperty('proof');
    }
    const stranger = await service.post('/verify-otp', { phoneNumber, code });
    expect(stranger.body['code']).toBe('code_invalid');
  });

  test('another code with the same key gets 422', async () => {
    expect((await check()).status).toBe(200);
    const answer = await check({ code: service.sinch.wrongCodeFor(phoneNumber) });
    expect([answer.status, answer.body['code']]).toEqual([422, 'idempotency_key_reused']);
  });

  test('the same key is another one for another verification and for the number', async () => {
    expect((await check()).status).toBe(200);
    const number = freshNumber();
    const other = await service.request(number);
    const wrong = service.sinch.wrongCodeFor(number);
    for (const answer of [await check({ verificationId: other, code: wrong }), await byNumber()]) {
      expect([answer.status, answer.body['code'], replayed(answer)]).toEqual([
        ...[401, 'code_invalid', null],
      ]);
    }
    expect(replayed(await check())).toBe('true');
  });

  test('guessing the code of a success with its key gets one guess', async () => {
    expect((await byNumber()).status).toBe(200);
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    expect((await byNumber({ code: wrong })).body['code']).toBe('idempotency_key_reused');
    const right = await byNumber();
    expect([right.status, right.body['code']]).toEqual([422, 'idempotency_key_reused']);
    expect(right.body).not.toHaveProperty('proof');
  });

  test('guessing what a running check compares ends its key, not the check', async () => {
    let finish: (() => void) | undefined;
    const asked = new Promise<void>((resolve) =>
      service.sinch.misbehave('PUT', (_req, res) => {
        finish = () => res.end(JSON.stringify({ id: '1', status: 'SUCCESSFUL' }));
        resolve();
      }),
    );
    const first = check();
    await asked;
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    expect((await check({ code: wrong })).status).toBe(422);
    expect((await check()).status).toBe(422);
    finish?.();
    expect((await first).status).toBe(200);
    expect((await check()).status).toBe(422);
  });

  test('a refusal releases the key', async () => {
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    expect((await check({ code: wrong })).body).toMatchObject({ attemptsRemaining: 4 });
    expect((await check({ code: wrong })).body).toMatchObject({ attemptsRemaining: 3 });
    service.sinch.answer('PUT', 503, { errorCode: 50300 });
    expect((await check()).status).toBe(503);
    const right = await check();
    expect([right.status, replayed(right)]).toEqual([200, null]);
    expect((await check({ code: wrong })).status).toBe(422);
    key = randomUUID();
    expect((await byNumber({ code: wrong })).status).toBe(401);
    expect((await byNumber({ code: wrong })).status).toBe(401);
  });

  test('ends a minute after the success', async () => {
    expect((await check()).status).toBe(200);
    const age = `UPDATE check_keys SET expires_at = expires_at - make_interval(secs => $1::int)`;
    await service.rows(age, [55]);
    expect((await check()).status).toBe(200);
    await service.rows(age, [5]);
    const late = await check();
    expect([late.status, late.body['code']]).toEqual([409, 'already_verified']);
  });

  test('the key of a crashed process is free again after 30 seconds', async () => {
    let crashed: (() => void) | undefined;
    const asked = new Promise<void>((resolve) =>
      service.sinch.misbehave('PUT', (_req, res) => {
        crashed = () => res.destroy();
        resolve();
      }),
    );
    const lost = check();
    await asked;
    expect((await check()).body['code']).toBe('idempotency_in_progress');
    const [left] = await service.rows(
      `SELECT extract(epoch FROM max(expires_at) - now())::int AS seconds FROM check_keys WHERE verification_id IS NULL`,
    );
    expect(left?.['seconds']).toBeGreaterThan(20);
    expect(left?.['seconds']).toBeLessThanOrEqual(30);
    await service.rows('UPDATE check_keys SET expires_at = now() WHERE verification_id IS NULL');
    expect((await check()).status).toBe(200);
    crashed?.();
    await lost;
    expect((await check()).status).toBe(200);
  });

  test('the database has neither the proof nor what the code could be guessed from', async () => {
    await service.rows('DELETE FROM check_keys');
    const { body } = await check();
    const other = randomUUID();
    await service.post('/verify-otp', { verificationId: id, code }, { 'idempotency-key': other });
    const rows = await service.rows('SELECT * FROM check_keys');
    expect(rows).toHaveLength(2);
    // Equal bodies have different hashes, because each is keyed with a key that is not stored.
    expect(new Set(rows.map((row) => row['request_hash'])).size).toBe(2);
    const dump = JSON.stringify(rows);
    for (const secret of [String(body['proof']), key, `"${code}"`])
      expect(dump).not.toContain(secret);
    expect(Object.keys(rows[0]!).sort()).toEqual([
      'expires_at',
      'key_hash',
      'request_hash',
      'verification_id',
    ]);
    expect(await service.rows('SELECT * FROM idempotency_keys')).toEqual([]);
  });

  test('is refused when malformed, and spends nothing', async () => {
    const answer = await check({}, 'a b');
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
    expect(await attempts()).toEqual({ attempts: 0, phone_attempts: 0 });
  });

  test('repeats nothing of an erased verification', async () => {
    expect((await check()).status).toBe(200);
    await service.rows('DELETE FROM verifications WHERE id = $1', [id]);
    expect((await check()).body['code']).toBe('verification_not_found');
  });
});
