import { TestService, freshNumber } from '../../../support/service.js';

const typesOf = (body: Record<string, unknown>) =>
  (body['timeline'] as { type: string }[]).map((entry) => entry.type);

describe('GET /verifications/:id', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  test('returns state and timeline, but no code', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber, { reference: 'r-1' });
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    await service.verify(id, wrong);
    await service.verify(id, service.sinch.codeFor(phoneNumber));
    const { status, body, text } = await service.get(`/verifications/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      verificationId: id,
      phoneNumber,
      channel: 'sms',
      purpose: 'verification',
      status: 'verified',
      expiresAt: expect.any(String),
      resendAt: expect.any(String),
      attemptsRemaining: 3,
      verifiedAt: expect.any(String),
      createdAt: expect.any(String),
      reference: 'r-1',
      timeline: [
        { type: 'requested', at: expect.any(String), channel: 'sms' },
        { type: 'sent', at: expect.any(String), provider: 'sinch-verification' },
        { type: 'denied', at: expect.any(String), reason: 'wrong_code' },
        { type: 'verified', at: expect.any(String) },
      ],
    });
    expect(text).not.toContain(`"${wrong}"`);
    expect(text).not.toContain(`"${service.sinch.codeFor(phoneNumber)}"`);
  });

  test('orders the timeline by time', async () => {
    const id = await service.request(freshNumber());
    await service.rows(
      `INSERT INTO verification_events (verification_id, type, occurred_at)
       SELECT $1, 'delivered', min(occurred_at) + (max(occurred_at) - min(occurred_at)) / 2 FROM verification_events
       WHERE verification_id = $1`,
      [id],
    );
    const { body } = await service.get(`/verifications/${id}`);
    expect(typesOf(body)).toEqual(['requested', 'delivered', 'sent']);
  });

  test('orders events of one millisecond by microseconds, and those of one microsecond as they came', async () => {
    const id = await service.request(freshNumber());
    await service.rows(
      `INSERT INTO verification_events (verification_id, type, occurred_at)
       SELECT $1, e.type, date_trunc('milliseconds', now() + interval '1 second') + e.us * interval '1 microsecond'
       FROM unnest(ARRAY['verified', 'delivered', 'denied', 'check_failed'], ARRAY[900, 100, 500, 500]) AS e (type, us)`,
      [id],
    );
    const { body } = await service.get(`/verifications/${id}`);
    expect(typesOf(body).slice(2)).toEqual(['delivered', 'denied', 'check_failed', 'verified']);
  });

  test('reports expired by the database clock', async () => {
    const id = await service.request(freshNumber());
    await service.rows('UPDATE verifications SET expires_at = now() WHERE id = $1', [id]);
    expect((await service.get(`/verifications/${id}`)).body['status']).toBe('expired');
  });

  test.each(['0'.repeat(37), 'x', '..%2f..', `${'0'.repeat(36)}u`])(
    'returns 404 for %s',
    async (id) => {
      const answer = await service.get(`/verifications/${id}`);
      expect([answer.status, answer.body['code']]).toEqual([404, 'verification_not_found']);
    },
  );
});

describe('DELETE /verifications/:id', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());
  const cancel = (id: string) => service.call('DELETE', `/verifications/${id}`);

  test('cancels, and the right code is then refused', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const first = await cancel(id);
    expect([first.status, first.body['status']]).toEqual([200, 'cancelled']);
    expect((await cancel(id)).status).toBe(200);
    const before = service.sinch.comparisons;
    const check = await service.verify(id, service.sinch.codeFor(phoneNumber));
    expect([check.status, check.body['code']]).toEqual([410, 'verification_cancelled']);
    expect(service.sinch.comparisons).toBe(before);
    expect(
      typesOf((await service.get(`/verifications/${id}`)).body).filter((t) => t === 'cancelled'),
    ).toHaveLength(1);
  });

  test('refuses to cancel a success', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    await service.verify(id, service.sinch.codeFor(phoneNumber));
    const answer = await cancel(id);
    expect([answer.status, answer.body['code']]).toEqual([409, 'already_verified']);
  });

  test('refuses to cancel after the expiry', async () => {
    const id = await service.request(freshNumber());
    await service.rows('UPDATE verifications SET expires_at = now() WHERE id = $1', [id]);
    const answer = await cancel(id);
    expect([answer.status, answer.body['code']]).toEqual([410, 'code_expired']);
    expect((await service.get(`/verifications/${id}`)).body['status']).toBe('expired');
  });

  test('of a concurrent cancel and check, exactly one succeeds', async () => {
    for (let round = 0; round < 10; round += 1) {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      const code = service.sinch.codeFor(phoneNumber);
      const [check, cancelled] = await Promise.all([service.verify(id, code), cancel(id)]);
      expect([check.status, cancelled.status].filter((status) => status === 200)).toHaveLength(1);
    }
  });
});

describe('POST /verifications/:id/resend', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());
  const resend = (id: string, body: object = {}, headers = {}) =>
    service.post(`/verifications/${id}/resend`, body, headers);

  test('replaces the code and keeps the spent attempts', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const old = service.sinch.codeFor(phoneNumber);
    await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
    let answer = await resend(id);
    // The new code may equal the old one: resend until it differs.
    while (service.sinch.codeFor(phoneNumber) === old) answer = await resend(id);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      verificationId: id,
      status: 'pending',
      attemptsRemaining: 4,
      message: 'OTP sent successfully.',
    });
    const refused = await service.verify(id, old);
    expect(refused.body).toMatchObject({ code: 'code_invalid', attemptsRemaining: 3 });
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test('gives the new code a lifetime of its own', async () => {
    const id = await service.request(freshNumber());
    await service.rows(
      `UPDATE verifications SET expires_at = now() + interval '9 seconds' WHERE id = $1`,
      [id],
    );
    const { body } = await resend(id);
    const [row] = await service.rows(
      `SELECT expires_at, extract(epoch FROM expires_at - sent_at)::int AS seconds FROM verifications WHERE id = $1`,
      [id],
    );
    expect(row).toEqual({ expires_at: expect.any(Date), seconds: 300 });
    const promised = Date.parse(String(body['expiresAt']));
    expect(promised).toBe((row!['expires_at'] as Date).getTime());
  });

  test('accepts an absent body, and refuses a body that is not JSON', async () => {
    const id = await service.request(freshNumber());
    const path = `/verifications/${id}/resend`;
    expect((await service.call('POST', path)).status).toBe(200);
    const headers = { 'idempotency-key': 'without-a-body' };
    const first = await service.call('POST', path, undefined, headers);
    expect((await resend(id, {}, headers)).text).toBe(first.text);
    expect((await service.call('POST', path, '{}', { 'content-type': 'text/plain' })).status).toBe(
      415,
    );
    expect((await resend(id, { channel: 'pigeon' })).status).toBe(400);
  });

  test('has the language that it asks for, and that of the last send otherwise', async () => {
    const id = await service.request(freshNumber(), { locale: 'de-AT' });
    const languages = [];
    for (const body of [{}, { locale: 'sv' }, { channel: 'voice' }, { locale: 'english please' }]) {
      const { status } = await resend(id, body);
      languages.push([status, service.sinch.calls.at(-1)!.headers['accept-language']]);
    }
    expect(languages).toEqual([
      ...[
        [200, 'de-AT'],
        [200, 'sv'],
        [200, 'sv'],
        [400, 'sv'],
      ],
    ]);
  });

  test('uses a new reference for each send', async () => {
    const id = await service.request(freshNumber());
    await resend(id);
    const references = service.sinch.calls
      .filter((call) => call.method === 'POST')
      .slice(-2)
      .map((call) => call.json['reference']);
    expect(new Set(references).size).toBe(2);
  });

  test('is refused when exhausted, verified, cancelled or expired', async () => {
    const spent = freshNumber();
    const spentId = await service.request(spent);
    for (let i = 0; i < 5; i += 1) await service.verify(spentId, service.sinch.wrongCodeFor(spent));
    const done = freshNumber();
    const doneId = await service.request(done);
    await service.verify(doneId, service.sinch.codeFor(done));
    const cancelledId = await service.request(freshNumber());
    await service.call('DELETE', `/verifications/${cancelledId}`);
    const lateId = await service.request(freshNumber());
    await service.rows('UPDATE verifications SET expires_at = now() WHERE id = $1', [lateId]);
    const before = service.sinch.messages;
    const codes = [];
    for (const id of [spentId, doneId, cancelledId, lateId])
      codes.push((await resend(id)).body['code']);
    expect(codes).toEqual([
      'attempts_exhausted',
      'already_verified',
      'verification_cancelled',
      'code_expired',
    ]);
    expect(service.sinch.messages).toBe(before);
  });

  test('keeps the old code valid after a definite failure', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    service.sinch.answer('POST', 402, { errorCode: 40200 });
    expect((await resend(id)).status).toBe(502);
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test('allows one of 20 concurrent resends', async () => {
    const id = await service.request(freshNumber());
    const before = service.sinch.messages;
    service.sinch.misbehave('POST', (_req, res) => {
      setTimeout(() => res.destroy(), 3000);
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => resend(id)));
    expect(answers.filter((answer) => answer.status === 504)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(19);
    expect(service.sinch.messages).toBe(before);
  });

  test('refuses an unknown channel and unknown fields', async () => {
    const id = await service.request(freshNumber());
    expect((await resend(id, { channel: 'pigeon' })).status).toBe(400);
    expect((await resend(id, { phoneNumber: freshNumber() })).status).toBe(400);
  });

  test('by another channel obeys the rules of the number', async () => {
    // A landline: calls reach it, text messages do not.
    const phoneNumber = '+442079460018';
    const id = await service.request(phoneNumber, { channel: 'voice' });
    const before = service.sinch.messages;
    for (const channel of ['sms', 'flashcall', 'whatsapp', 'seamless']) {
      const { status, body } = await resend(id, { channel });
      expect([channel, status, body['code']]).toEqual([channel, 403, 'number_type_not_allowed']);
    }
    expect(service.sinch.messages).toBe(before);
    expect((await resend(id)).status).toBe(200);
    expect(service.sinch.newestFor(phoneNumber).method).toBe('callout');
  });

  test('obeys the cool-down of the number', async () => {
    const strict = await TestService.start({ LIMIT_RESEND_COOLDOWN_SECONDS: '30' });
    try {
      const id = await strict.request(freshNumber());
      const answer = await strict.post(`/verifications/${id}/resend`, {});
      expect([answer.status, answer.body['code']]).toEqual([429, 'cooldown']);
      expect(strict.sinch.messages).toBe(1);
    } finally {
      await strict.stop();
    }
  });
});
