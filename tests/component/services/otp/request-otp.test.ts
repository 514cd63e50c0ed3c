import { TestService, freshNumber } from '../../../support/service.js';

describe('POST /request-otp', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  test('returns every field and sends one message', async () => {
    const phoneNumber = freshNumber();
    const before = service.sinch.messages;
    const answer = await service.post('/request-otp', {
      phoneNumber,
      purpose: 'login',
      reference: 'order 7 · é',
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      message: 'OTP sent successfully.',
      verificationId: expect.stringMatching(/^[0-9a-z]{37}$/),
      phoneNumber,
      channel: 'sms',
      purpose: 'login',
      status: 'pending',
      expiresAt: expect.any(String),
      resendAt: expect.any(String),
      attemptsRemaining: 5,
      codeLength: null,
      reference: 'order 7 · é',
    });
    expect(service.sinch.messages).toBe(before + 1);
    const lifetime = Date.parse(String(answer.body['expiresAt'])) - Date.now();
    expect(lifetime).toBeGreaterThan(290_000);
    expect(lifetime).toBeLessThanOrEqual(301_000);
  });

  test('records the verification and its timeline, but no user', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const [row] = await service.rows('SELECT * FROM verifications WHERE id = $1', [id]);
    expect(row).toMatchObject({
      phone_number: phoneNumber,
      country: 'US',
      purpose: 'verification',
      channel: 'sms',
      provider: 'sinch-verification',
      status: 'pending',
      attempts: 0,
    });
    const events = await service.rows(
      'SELECT type FROM verification_events WHERE verification_id = $1 ORDER BY id',
      [id],
    );
    expect(events.map((event) => event['type'])).toEqual(['requested', 'sent']);
    expect(
      await service.rows('SELECT 1 FROM users WHERE phone_number = $1', [phoneNumber]),
    ).toEqual([]);
  });

  test.each([
    ...['en_US', 'ar-u-nu-latn', 'de-DE-x-formal', 'tlh', 'x-none', 'i-default'],
    // 64 characters.
    `de-DE-x-${'abcdefgh-'.repeat(6)}ab`,
  ])('sends a code in a language that it may not know: %s', async (locale) => {
    await service.request(freshNumber(), { locale });
  });

  test('sends the provider a signed request with a reference other than the id', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber, { locale: 'sv-SE' });
    const call = service.sinch.calls.findLast((one) => one.method === 'POST')!;
    expect(call.path).toBe('/verification/v1/verifications');
    expect(call.headers.authorization).toMatch(/^Application [0-9a-f-]{36}:[A-Za-z0-9+/]{43}=$/);
    expect(call.headers['accept-language']).toBe('sv-SE');
    expect(call.json).toEqual({
      identity: { type: 'number', endpoint: phoneNumber },
      method: 'sms',
      reference: expect.stringMatching(/^[0-9a-z]{36}$/),
      smsOptions: { expiry: '00:05:00' },
    });
    expect(call.body).not.toContain(id);
  });

  test('has the alias /send-otp', async () => {
    const answer = await service.post('/send-otp', { phoneNumber: freshNumber() });
    expect(answer.status).toBe(200);
  });

  test.each([
    ['(415) 555-2671', 'US', '+14155552671'],
    ['070-123 45 67', 'SE', '+46701234567'],
    ['+46 70 123 45 67', undefined, '+46701234567'],
    ['+46.70.123.45.67', 'US', '+46701234567'],
  ])('parses %s in %s as %s', async (phoneNumber, country, canonical) => {
    const answer = await service.post('/request-otp', { phoneNumber, country });
    expect(answer.status).toBe(200);
    expect(answer.body['phoneNumber']).toBe(canonical);
  });

  test.each([
    ['+19005550123', 'premium rate'],
    ['+449098790000', 'premium rate'],
    ['+18005551234', 'toll free'],
    ['+442071838750', 'a landline for SMS'],
  ])('refuses %s, %s', async (phoneNumber) => {
    const before = service.sinch.calls.length;
    const answer = await service.post('/request-otp', { phoneNumber });
    expect(answer.status).toBe(403);
    expect(answer.body['code']).toBe('number_type_not_allowed');
    expect(service.sinch.calls.length).toBe(before);
  });

  test('refuses a well-formed but invalid number', async () => {
    const answer = await service.post('/request-otp', { phoneNumber: '+4613' });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'invalid_phone_number',
      errors: [{ pointer: '/phoneNumber', message: expect.any(String) }],
    });
  });
});

describe('POST /request-otp with settings', () => {
  test('refuses a channel that no provider supports', async () => {
    const service = await TestService.start({
      VERIFICATION_PROVIDERS: 'local-code',
      SINCH_SMS_URL: 'http://127.0.0.1:9',
    });
    try {
      const body = { phoneNumber: freshNumber(), channel: 'voice' };
      const answer = await service.post('/request-otp', body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        code: 'invalid_request',
        errors: [{ pointer: '/channel' }],
      });
      expect(await service.rows('SELECT 1 FROM verifications')).toEqual([]);
    } finally {
      await service.stop();
    }
  });

  test('accepts only the countries in OTP_COUNTRIES', async () => {
    const service = await TestService.start({ OTP_COUNTRIES: 'SE,US' });
    try {
      const german = await service.post('/request-otp', { phoneNumber: '+4915112345678' });
      expect([german.status, german.body['code']]).toEqual([403, 'region_not_allowed']);
      expect(service.sinch.messages).toBe(0);
      await service.request('+46701234567');
      expect(service.sinch.messages).toBe(1);
    } finally {
      await service.stop();
    }
  });

  test('uses Basic authentication, without SMS options, when configured', async () => {
    const service = await TestService.start({ SINCH_AUTH: 'basic' });
    try {
      await service.request(freshNumber());
      const [call] = service.sinch.calls;
      expect(call?.headers.authorization).toMatch(/^Basic /);
      expect(call?.json).not.toHaveProperty('smsOptions');
    } finally {
      await service.stop();
    }
  });
});
