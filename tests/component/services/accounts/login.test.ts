import { setTimeout as sleep } from 'node:timers/promises';
import { jwtVerify, createRemoteJWKSet } from 'jose';
import { PASSWORD, Person, loggedIn, registered } from '../../../support/accounts.js';
import { noteSecret } from '../../../support/evidence.js';
import { deferred } from '../../../support/deferred.js';
import { TestService, freshNumber } from '../../../support/service.js';

describe('logging in', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ACCOUNTS: 'true', PROVIDER_TIMEOUT_MS: '1500' });
  });
  afterAll(() => service.stop());

  test('sends a code after the right password without revealing the verification id', async () => {
    const person = await registered(service);
    const before = service.sinch.messages;
    const { status, body } = await person.begin();
    expect([status, body]).toEqual([
      200,
      {
        status: 'second_factor_required',
        loginToken: expect.stringMatching(/^[\w-]{43}$/),
        expiresIn: 600,
        factors: ['sms'],
        verification: {
          channel: 'sms',
          expiresAt: expect.any(String),
          resendAt: expect.any(String),
          codeLength: null,
        },
      },
    ]);
    expect(service.sinch.messages).toBe(before + 1);
    const [row] = await service.rows(
      'SELECT purpose, login_id IS NOT NULL AS bound FROM verifications ORDER BY created_at DESC LIMIT 1',
    );
    expect(row).toEqual({ purpose: 'login', bound: true });
  });

  test('returns tokens for the right code', async () => {
    const person = await registered(service);
    const { status, body } = await person.login();
    expect([status, body]).toEqual([
      200,
      { accessToken: expect.any(String), refreshToken: expect.any(String), expiresIn: 900 },
    ]);
    const me = await person.get('/auth/me');
    expect(me.body).toMatchObject({
      phoneNumber: person.phoneNumber,
      totp: false,
      backupCodes: 0,
      warnings: ['sms_is_restricted', 'no_backup_codes'],
      session: { factor: 'sms', fresh: true },
    });
  });

  test('R-SES-6: grants no access between the password and the second factor', async () => {
    const person = await registered(service);
    const token = await person.loginToken();
    person.accessToken = token;
    for (const [method, path] of [
      ['GET', '/auth/me'],
      ['GET', '/auth/sessions'],
      ['DELETE', '/auth/me'],
      ['DELETE', '/auth/totp'],
      ['POST', '/auth/logout'],
      ['POST', '/auth/logout-all'],
      ['POST', '/auth/totp/enroll'],
      ['POST', '/auth/backup-codes'],
    ] as const) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await service.call(method, path, undefined, headers);
      expect([path, answer.body['code']]).toEqual([path, 'token_invalid']);
    }
    expect((await person.refresh(token)).status).toBe(401);
    expect(
      await service.rows(
        'SELECT s.id FROM account_sessions AS s JOIN accounts AS a ON a.id = s.account_id JOIN users AS u ON u.id = a.user_id WHERE u.phone_number = $1',
        [person.phoneNumber],
      ),
    ).toEqual([]);
  });

  test('accepts a code for its own login only', async () => {
    const person = await registered(service);
    const first = await person.loginToken();
    const code = person.smsCode();
    const stranger = await registered(service);
    const other = await stranger.loginToken();
    expect((await person.complete(other, 'sms', code)).body['code']).toBe('code_invalid');
    const byPhone = { phoneNumber: person.phoneNumber, purpose: 'login', code };
    expect((await service.post('/verify-otp', byPhone)).status).toBe(401);
    expect((await person.complete(first, 'sms', code)).status).toBe(200);
    expect((await person.complete(first, 'sms', code)).body['code']).toBe('token_invalid');
  });

  test('refuses codes requested outside the login, for any purpose', async () => {
    const person = await registered(service);
    const token = await person.loginToken();
    const id = await service.request(person.phoneNumber, { purpose: 'login' });
    const { body } = await person.complete(token, 'sms', person.smsCode());
    expect(body['code']).not.toBe(undefined);
    expect((await service.get(`/verifications/${id}`)).body['status']).toBe('pending');
  });

  test('refuses the right code after five attempts', async () => {
    const person = await registered(service);
    const token = await person.loginToken();
    const code = person.smsCode();
    const wrong = service.sinch.wrongCodeFor(person.phoneNumber);
    for (const left of [4, 3, 2, 1, 0]) {
      const { body } = await person.complete(token, 'sms', wrong);
      expect([body['code'], body['attemptsRemaining']]).toEqual(['code_invalid', left]);
    }
    expect((await person.complete(token, 'sms', code)).status).toBe(429);
  });

  test('resends a code and accepts only the new one', async () => {
    const person = await registered(service);
    const token = await person.loginToken();
    const before = person.smsCode();
    do {
      const { status, body } = await service.post('/auth/login/resend', { loginToken: token });
      expect([status, body['channel']]).toEqual([200, 'sms']);
    } while (person.smsCode() === before);
    const refused = await person.complete(token, 'sms', before);
    expect([refused.status, refused.body['code']]).toEqual([401, 'code_invalid']);
    expect((await person.complete(token, 'sms', person.smsCode())).status).toBe(200);
    const again = await service.post('/auth/login/resend', { loginToken: token });
    expect(again.body['code']).toBe('token_invalid');
  });

  test('continues when the outcome of the send is unknown', async () => {
    const person = await registered(service);
    service.sinch.onStart = () => sleep(2000);
    const { status, body } = await person.begin();
    service.sinch.onStart = undefined;
    expect(status).toBe(200);
    const done = await person.complete(String(body['loginToken']), 'sms', person.smsCode());
    expect(done.status).toBe(200);
  });

  test('continues with a backup code when no message can be sent', async () => {
    const person = await loggedIn(service);
    const { body } = await person.post('/auth/backup-codes');
    const codes = body['codes'] as string[];
    for (const code of codes) noteSecret(code);
    const without = await registered(service);
    service.sinch.answer('POST', 503, {}, {}, 2);
    expect((await without.begin()).body['code']).toBe('provider_unavailable');
    const begun = await person.begin();
    expect([begun.status, begun.body]).toEqual([
      200,
      {
        status: 'second_factor_required',
        loginToken: expect.stringMatching(/^[\w-]{43}$/),
        expiresIn: 600,
        factors: ['sms', 'backup_code'],
      },
    ]);
    const loginToken = String(begun.body['loginToken']);
    noteSecret(loginToken);
    expect((await person.complete(loginToken, 'sms', '123456')).body['code']).toBe('code_invalid');
    const resent = await service.post('/auth/login/resend', { loginToken });
    expect([resent.status, resent.body['channel']]).toEqual([200, 'sms']);
    expect((await person.complete(loginToken, 'sms', person.smsCode())).status).toBe(200);
  });

  test("continues with a backup code when the number's send limit is used up", async () => {
    const strict = await TestService.start({ ACCOUNTS: 'true', LIMIT_SEND_PER_PHONE: '3/1h' });
    try {
      const person = await loggedIn(strict);
      const { body } = await person.post('/auth/backup-codes');
      const [code = ''] = body['codes'] as string[];
      noteSecret(code);
      await strict.request(person.phoneNumber);
      const token = await person.loginToken();
      const resent = await strict.post('/auth/login/resend', { loginToken: token });
      expect(resent.body).toMatchObject({ code: 'rate_limited', limit: 'send-per-phone' });
      expect((await person.complete(token, 'backup_code', code)).status).toBe(200);
    } finally {
      await strict.stop();
    }
  });

  test('refuses an expired login', async () => {
    const person = await registered(service);
    const token = await person.loginToken();
    await service.rows(`UPDATE account_logins SET expires_at = now()`);
    expect((await person.complete(token, 'sms', person.smsCode())).status).toBe(401);
  });

  test('opens one session in 100 concurrent attempts with one code', async () => {
    const person = await registered(service);
    const token = await person.loginToken();
    const code = person.smsCode();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => person.complete(token, 'sms', code)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status >= 500 && status !== 503)).toEqual([]);
  });

  test('R-SES-3: opens no session when the password is reset while the second factor is compared', async () => {
    const person = await registered(service);
    const token = await person.loginToken();
    const [asked, decided] = [deferred(), deferred()];
    service.sinch.misbehave('PUT', (_req, res) => {
      asked.resolve();
      void decided.promise.then(() =>
        res
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ id: 'x', method: 'sms', status: 'SUCCESSFUL' })),
      );
    });
    const completing = person.complete(token, 'sms', person.smsCode());
    await asked.promise;
    const proof = await person.proof('password-reset');
    const reset = { proof, newPassword: 'quite another password' };
    expect((await service.post('/auth/password/reset', reset)).status).toBe(200);
    decided.resolve();
    const { status, body } = await completing;
    expect([status, body['code']]).toEqual([401, 'token_invalid']);
    expect(
      await service.rows(
        `SELECT s.id FROM account_sessions AS s JOIN accounts AS a ON a.id = s.account_id
         JOIN users AS u ON u.id = a.user_id WHERE u.phone_number = $1`,
        [person.phoneNumber],
      ),
    ).toEqual([]);
  });

  test('accepts no proof as access token, and no access token as proof', async () => {
    const person = await loggedIn(service);
    const keys = createRemoteJWKSet(new URL(`${service.url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(person.accessToken, keys, {
      issuer: 'proofline',
      audience: 'proofline',
      typ: 'account-access+jwt',
    });
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({ amr: ['pwd', 'sms', 'mfa'], sid: expect.any(String) });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(900);
    const { body } = await service.post('/proofs/introspect', { proof: person.accessToken });
    expect(body).toEqual({ active: false });
    const register = { proof: person.accessToken, password: PASSWORD };
    expect((await service.post('/auth/register', register)).body['code']).toBe('proof_invalid');
    for (const purpose of ['login', 'register']) {
      const somebody = new Person(service, freshNumber());
      somebody.accessToken = await somebody.proof(purpose);
      expect((await somebody.get('/auth/me')).status).toBe(401);
    }
  });
});
