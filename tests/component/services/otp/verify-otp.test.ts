import { TestService, freshNumber } from '../../../support/service.js';

describe('POST /verify-otp', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  test('accepts the right code, returns every field and records the user', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber, { reference: 'abc' });
    const answer = await service.verify(id, service.sinch.codeFor(phoneNumber));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      message: 'OTP verified successfully.',
      verificationId: id,
      phoneNumber,
      purpose: 'verification',
      channel: 'sms',
      status: 'verified',
      verifiedAt: expect.any(String),
      proof: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      proofExpiresAt: expect.any(String),
      reference: 'abc',
    });
    const [user] = await service.rows('SELECT * FROM users WHERE phone_number = $1', [phoneNumber]);
    expect(user).toMatchObject({
      status: 'verified',
      country: 'US',
      verified_at: expect.any(Date),
    });
    const [row] = await service.rows('SELECT * FROM verifications WHERE id = $1', [id]);
    expect(row).toMatchObject({ status: 'verified', attempts: 1, proof_id: expect.any(String) });
  });

  test('accepts pin in place of code', async () => {
    const phoneNumber = freshNumber();
    const verificationId = await service.request(phoneNumber);
    const pin = service.sinch.codeFor(phoneNumber);
    expect((await service.post('/verify-otp', { verificationId, pin })).status).toBe(200);
  });

  test('refuses the second use of a correct code', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const code = service.sinch.codeFor(phoneNumber);
    await service.verify(id, code);
    const compared = service.sinch.comparisons;
    const again = await service.verify(id, code);
    expect([again.status, again.body['code']]).toEqual([409, 'already_verified']);
    expect(service.sinch.comparisons).toBe(compared);
  });

  test('counts attempts down and refuses the sixth check without a provider call', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const before = service.sinch.comparisons;
    for (const attemptsRemaining of [4, 3, 2, 1, 0]) {
      const answer = await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({ code: 'code_invalid', attemptsRemaining });
    }
    const sixth = await service.verify(id, service.sinch.codeFor(phoneNumber));
    expect(sixth.status).toBe(429);
    expect(sixth.body).toMatchObject({
      code: 'attempts_exhausted',
      retryAfter: expect.any(Number),
    });
    expect(sixth.headers.get('retry-after')).toBe(String(sixth.body['retryAfter']));
    expect(service.sinch.comparisons - before).toBe(5);
    const [row] = await service.rows('SELECT attempts, status FROM verifications WHERE id = $1', [
      id,
    ]);
    expect(row).toEqual({ attempts: 5, status: 'pending' });
  });

  test('accepts the right code on the last attempt', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    for (let i = 0; i < 4; i += 1)
      await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test('refuses an expired code, by the database clock', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    await service.rows(
      `UPDATE verifications SET expires_at = now() - interval '1 ms' WHERE id = $1`,
      [id],
    );
    const before = service.sinch.comparisons;
    const answer = await service.verify(id, service.sinch.codeFor(phoneNumber));
    expect([answer.status, answer.body['code']]).toEqual([410, 'code_expired']);
    expect(service.sinch.comparisons).toBe(before);
  });

  test('refuses the code of another verification', async () => {
    const [one, other] = [freshNumber(), freshNumber()];
    const id = await service.request(one);
    await service.request(other);
    // The random codes may be equal: request until they differ.
    while (service.sinch.codeFor(other) === service.sinch.codeFor(one))
      await service.request(other);
    expect((await service.verify(id, service.sinch.codeFor(other))).status).toBe(401);
  });

  test('returns 404 for an unknown id', async () => {
    const answer = await service.verify('0'.repeat(37), '1234');
    expect([answer.status, answer.body['code']]).toEqual([404, 'verification_not_found']);
  });

  test('keeps the first verification time when a number is verified again', async () => {
    const phoneNumber = freshNumber();
    for (let i = 0; i < 2; i += 1) {
      const id = await service.request(phoneNumber);
      await service.verify(id, service.sinch.codeFor(phoneNumber));
    }
    const users = await service.rows(
      'SELECT last_verified_at > verified_at AS again FROM users WHERE phone_number = $1',
      [phoneNumber],
    );
    expect(users).toEqual([{ again: true }]);
  });
});

describe('POST /verify-otp by number', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  test('checks the newest pending verification of the number and purpose', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber, { purpose: 'login' });
    const answer = await service.post('/verify-otp', {
      phoneNumber,
      purpose: 'login',
      code: service.sinch.codeFor(phoneNumber),
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ verificationId: id, purpose: 'login' });
  });

  test('refuses a code that was requested for another purpose', async () => {
    const phoneNumber = freshNumber();
    await service.request(phoneNumber, { purpose: 'login' });
    const code = service.sinch.codeFor(phoneNumber);
    expect((await service.post('/verify-otp', { phoneNumber, code })).status).toBe(401);
  });

  test('returns the same bytes for every failure', async () => {
    const withoutCode = freshNumber();
    const wrong = freshNumber();
    await service.request(wrong);
    const used = freshNumber();
    await service.verify(await service.request(used), service.sinch.codeFor(used));
    const late = freshNumber();
    const lateId = await service.request(late);
    await service.rows('UPDATE verifications SET expires_at = now() WHERE id = $1', [lateId]);
    const down = freshNumber();
    await service.request(down);
    const exhausted = freshNumber();
    await service.request(exhausted);
    for (let i = 0; i < 5; i += 1) {
      await service.post('/verify-otp', {
        phoneNumber: exhausted,
        code: service.sinch.wrongCodeFor(exhausted),
      });
    }

    const answers = new Set<string>();
    for (const phoneNumber of [withoutCode, wrong, used, late, exhausted, down]) {
      if (phoneNumber === down) service.sinch.answer('PUT', 500, { errorCode: 50000 });
      const code = phoneNumber === wrong ? service.sinch.wrongCodeFor(wrong) : '0000';
      const answer = await service.post('/verify-otp', { phoneNumber, code });
      expect(answer.status).toBe(401);
      answers.add(answer.text.replaceAll(String(answer.body['requestId']), 'id'));
    }
    expect([...answers]).toHaveLength(1);
  });

  test('cannot use up the attempts of the holder', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    for (let i = 0; i < 8; i += 1) {
      await service.post('/verify-otp', {
        phoneNumber,
        code: service.sinch.wrongCodeFor(phoneNumber),
      });
    }
    const [row] = await service.rows(
      'SELECT attempts, phone_attempts FROM verifications WHERE id = $1',
      [id],
    );
    expect(row).toEqual({ attempts: 0, phone_attempts: 5 });
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test('takes the newest code of the number', async () => {
    const phoneNumber = freshNumber();
    await service.request(phoneNumber);
    const newest = await service.request(phoneNumber);
    const code = service.sinch.codeFor(phoneNumber);
    const { status, body } = await service.post('/verify-otp', { phoneNumber, code });
    expect([status, body['verificationId']]).toEqual([200, newest]);
  });

  test('can be disabled', async () => {
    const strict = await TestService.start({ VERIFY_BY_PHONE: 'false' });
    try {
      const answer = await strict.post('/verify-otp', { phoneNumber: freshNumber(), code: '1234' });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        code: 'invalid_request',
        errors: [{ pointer: '/verificationId' }],
      });
    } finally {
      await strict.stop();
    }
  });
});
