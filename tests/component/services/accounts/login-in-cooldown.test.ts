import { registered } from '../../../support/accounts.js';
import { TestService, type Answer } from '../../../support/service.js';

describe('logging in during a cool-down', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({
      ACCOUNTS: 'true',
      LIMIT_RESEND_COOLDOWN_SECONDS: '30',
      VERIFY_BY_PHONE_STEP_MS: '200',
    });
  });
  afterAll(() => service.stop());
  const endCooldown = () => service.rows('UPDATE phone_limits SET next_send_at = now()');

  test('starts the second factor without a message, and leaves the code of the other login alone', async () => {
    const person = await registered(service);
    await endCooldown();
    const first = await person.begin();
    const before = service.sinch.messages;
    const again = await person.begin();
    expect([again.status, Object.keys(again.body)]).toEqual([200, Object.keys(first.body)]);
    const shapeOf = ({ body }: Answer) => Object.keys(body['verification'] as object);
    expect(shapeOf(again)).toEqual(shapeOf(first));
    expect(again.body['loginToken']).not.toBe(first.body['loginToken']);
    expect((await person.begin('wrong password!')).body['code']).toBe('credentials_invalid');
    expect(service.sinch.messages).toBe(before);
    // Somebody who knows only the password can neither use nor use up the code of the owner.
    for (let i = 0; i < 5; i += 1) {
      const tried = await person.complete(String(again.body['loginToken']), 'sms', '0000');
      expect(tried.body['code']).toBe('code_invalid');
    }
    const code = person.smsCode();
    expect((await person.complete(String(first.body['loginToken']), 'sms', code)).status).toBe(200);
  });

  test('after a message for something else, starts it and sends a code when it is over', async () => {
    const person = await registered(service);
    await endCooldown();
    const id = await service.request(person.phoneNumber, { purpose: 'login' });
    const before = service.sinch.messages;
    const startedAt = performance.now();
    const { status, body } = await person.begin();
    expect(performance.now() - startedAt).toBeGreaterThan(195);
    expect([status, body['factors']]).toEqual([200, ['sms']]);
    expect(body['verification']).toEqual({
      channel: 'sms',
      expiresAt: expect.any(String),
      resendAt: expect.any(String),
      codeLength: null,
    });
    const { resendAt } = body['verification'] as { resendAt: string };
    const waitMs = Date.parse(resendAt) - Date.now();
    expect(waitMs).toBeGreaterThan(25_000);
    expect(waitMs).toBeLessThanOrEqual(32_000);
    const loginToken = String(body['loginToken']);
    const foreign = await person.complete(loginToken, 'sms', person.smsCode());
    expect(foreign.body['code']).toBe('code_invalid');
    const resend = () => service.post('/auth/login/resend', { loginToken });
    expect((await resend()).body['code']).toBe('cooldown');
    expect(service.sinch.messages).toBe(before);
    await endCooldown();
    expect((await resend()).status).toBe(200);
    expect((await person.complete(loginToken, 'sms', person.smsCode())).status).toBe(200);
    expect((await service.get(`/verifications/${id}`)).body['status']).toBe('pending');
  });
});
