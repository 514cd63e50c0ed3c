import { loggedIn, type Person } from '../../../support/accounts.js';
import { SecretBox } from '../../../../src/domain/secret-box.js';
import { noteSecret } from '../../../support/evidence.js';
import { TestService } from '../../../support/service.js';

describe('an authenticator app', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ACCOUNTS: 'true' });
  });
  afterAll(() => service.stop());

  const withApp = async (on = service): Promise<Person> => {
    const person = await loggedIn(on);
    await person.enrolTotp();
    return person;
  };
  /** Waits for the next step near the end of one, so that a new code arrives within its step. */
  const awayFromTheEdge = async () => {
    const left = 30_000 - (Date.now() % 30_000);
    if (left < 3000) await new Promise((resolve) => setTimeout(resolve, left));
  };

  test('R-TOTP-3: has a 160-bit secret, shown once and activated by its first code', async () => {
    const person = await loggedIn(service);
    const { status, body } = await person.post('/auth/totp/enroll');
    const secret = String(body['secret']);
    noteSecret(secret);
    expect([status, secret]).toEqual([200, expect.stringMatching(/^[A-Z2-7]{32}$/)]);
    const url = new URL(String(body['otpauthUrl']));
    expect([url.protocol, url.host, url.searchParams.get('secret')]).toEqual([
      'otpauth:',
      'totp',
      secret,
    ]);
    expect(String(body['qrSvg'])).toMatch(
      /^<svg [^>]+><rect [^>]+fill="#fff"\/>.*<path .*<\/svg>$/s,
    );
    expect((await person.begin()).body['factors']).toEqual(['sms']);
    const wrong = String((Number(person.totp(0, secret)) + 1) % 1_000_000).padStart(6, '0');
    expect((await person.post('/auth/totp/confirm', { code: wrong })).body['code']).toBe(
      'code_invalid',
    );
    await awayFromTheEdge();
    const code = person.totp(0, secret);
    const session = async () =>
      (await person.get('/auth/me')).body['session'] as Record<string, string>;
    const before = await session();
    expect((await person.post('/auth/totp/confirm', { code })).body).toEqual({
      status: 'totp_active',
    });
    // The session has given the new factor now.
    const after = await session();
    expect([before['factor'], after['factor']]).toEqual(['sms', 'totp']);
    expect(Date.parse(after['authenticatedAt'] ?? '')).toBeGreaterThan(
      Date.parse(before['authenticatedAt'] ?? ''),
    );
    expect((await person.begin()).body['factors']).toEqual(['totp']);
    expect((await person.post('/auth/totp/enroll')).body['code']).toBe('totp_active');
    expect((await person.get('/auth/totp/enroll')).status).toBe(405);
  });

  test('is encrypted in the database', async () => {
    const person = await withApp();
    const rows = await service.rows('SELECT sealed_secret FROM account_totp');
    expect(JSON.stringify(rows)).not.toContain(person.secret);
    expect(rows.at(-1)?.['sealed_secret']).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{80}$/);
  });

  test('R-TOTP-2: accepts the confirming code and every later code once', async () => {
    await awayFromTheEdge();
    const person = await withApp();
    const token = await person.loginToken();
    const verify = (code: string) => person.complete(token, 'totp', code);
    expect((await verify(person.totp())).body['code']).toBe('code_invalid');
    await service.rows('UPDATE account_totp SET last_step = 0');
    expect((await verify(person.totp())).status).toBe(200);
    const next = await person.loginToken();
    expect((await person.complete(next, 'totp', person.totp())).status).toBe(401);
    expect((await person.complete(next, 'totp', person.totp(-1))).status).toBe(401);
  });

  test('R-TOTP-1: accepts the current and the previous step, never a future one', async () => {
    const person = await withApp();
    const verify = async (step: number) => {
      await service.rows('UPDATE account_totp SET last_step = 0');
      await awayFromTheEdge();
      const token = await person.loginToken();
      return (await person.complete(token, 'totp', person.totp(step))).status;
    };
    expect([await verify(1), await verify(2), await verify(-2)]).toEqual([401, 401, 401]);
    expect([await verify(-1), await verify(0)]).toEqual([200, 200]);
  });

  test('R-TOTP-1: accepts only the current step when so configured', async () => {
    const strict = await TestService.start({ ACCOUNTS: 'true', TOTP_STEPS_BACK: '0' });
    try {
      await awayFromTheEdge();
      const person = await withApp(strict);
      await strict.rows('UPDATE account_totp SET last_step = 0');
      const token = await person.loginToken();
      await awayFromTheEdge();
      expect((await person.complete(token, 'totp', person.totp(-1))).status).toBe(401);
      expect((await person.complete(token, 'totp', person.totp())).status).toBe(200);
    } finally {
      await strict.stop();
    }
  });

  test('R-TOTP-2: logs in once in 100 concurrent logins with one step', async () => {
    const person = await withApp();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => person.loginToken()));
    await awayFromTheEdge();
    const code = await person.nextTotp();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => person.complete(tokens[i % 10]!, 'totp', code)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => ![200, 401, 429, 503].includes(status))).toEqual([]);
  });

  test.each([
    ['an array', ['123456']],
    ['a number', 123456],
    ['one digit', '1'],
    ['seven digits', '1234567'],
    ['a line break', '123456\n'],
  ])('R-TOTP: refuses %s before calling the library', async (_what, code) => {
    const person = await withApp();
    const token = await person.loginToken();
    const answer = await person.complete(token, 'totp', code);
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
    const confirm = await person.post('/auth/totp/confirm', { code });
    expect(confirm.status).toBe(400);
  });

  test.each<[string, (code: string) => string]>([
    ['in two groups', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['in Arabic digits', (code) => inDigitsFrom(0x660, code)],
    ['in full-width digits', (code) => inDigitsFrom(0xff10, code)],
  ])('takes a code typed %s', async (_how, typed) => {
    const person = await withApp();
    const token = await person.loginToken();
    const answer = await person.complete(token, 'totp', typed(await person.nextTotp()));
    expect(answer.status).toBe(200);
  });

  test("R-TOTP-5: ignores the client's clock", async () => {
    const person = await withApp();
    const token = await person.loginToken();
    const body = { loginToken: token, factor: 'totp', code: person.totp(5), timestamp: 0 };
    expect((await service.post('/auth/login/verify', body)).status).toBe(400);
    const headers = { date: new Date(Date.now() + 150_000).toUTCString() };
    const { timestamp: _timestamp, ...rest } = body;
    expect((await service.post('/auth/login/verify', rest, headers)).status).toBe(401);
  });

  test('R-TOTP-4: allows five wrong codes a login, ten an account, 100 in a row', async () => {
    const strict = await TestService.start({ ACCOUNTS: 'true', LIMIT_LOGIN_PER_ACCOUNT: '10/15m' });
    try {
      const person = await withApp(strict);
      const answers: unknown[] = [];
      const tokens = [
        await person.loginToken(),
        await person.loginToken(),
        await person.loginToken(),
      ];
      const wrong = String((Number(person.totp()) + 1) % 1_000_000).padStart(6, '0');
      for (const token of tokens) {
        for (let i = 0; i < 6; i += 1) {
          const { status, body } = await person.complete(token, 'totp', wrong);
          answers.push(status === 401 ? 401 : body['code']);
        }
      }
      const five = Array<number>(5).fill(401);
      expect(answers.slice(0, 12)).toEqual([
        ...five,
        'attempts_exhausted',
        ...five,
        'attempts_exhausted',
      ]);
      expect(answers.slice(12, 17)).toEqual(Array<string>(5).fill('rate_limited'));
    } finally {
      await strict.stop();
    }
    const person = await withApp();
    await service.rows('UPDATE accounts SET wrong_factors = 99');
    const token = await person.loginToken();
    expect((await person.complete(token, 'totp', '000000')).status).toBe(401);
    const locked = await person.complete(token, 'totp', await person.nextTotp());
    expect(locked.body['code']).toBe('account_locked');
    await service.rows('UPDATE accounts SET wrong_factors = 98');
    expect((await person.complete(token, 'totp', await person.nextTotp())).status).toBe(200);
    const [row] = await service.rows(
      `SELECT wrong_factors FROM accounts JOIN users ON users.id = user_id WHERE phone_number = $1`,
      [person.phoneNumber],
    );
    expect(row).toEqual({ wrong_factors: 0 });
  });

  test('T23: replaces codes by message', async () => {
    const person = await withApp();
    const before = service.sinch.messages;
    const token = await person.loginToken();
    expect(service.sinch.messages).toBe(before);
    expect((await person.complete(token, 'sms', '1234')).body['code']).toBe('invalid_request');
    const resent = await service.post('/auth/login/resend', { loginToken: token });
    expect(resent.body['code']).toBe('invalid_request');
  });

  test('R-SES-3: is set up and removed only after a recent login, and ends the other sessions', async () => {
    const person = await loggedIn(service);
    await person.ageLogin();
    for (const path of ['/auth/totp/enroll', '/auth/backup-codes']) {
      expect((await person.post(path)).body['code']).toBe('fresh_login_required');
    }
    const first = person.refreshToken;
    await person.login();
    await person.enrolTotp();
    expect((await person.refresh(first)).status).toBe(401);
    expect((await person.get('/auth/me')).body).toMatchObject({
      totp: true,
      session: { factor: 'totp' },
    });
    await person.ageLogin();
    expect((await person.remove('/auth/totp')).body['code']).toBe('fresh_login_required');
    await person.login();
    expect((await person.remove('/auth/totp')).body).toEqual({ status: 'removed' });
    expect((await person.remove('/auth/totp')).body['code']).toBe('totp_not_found');
    // Nor is one that waits for its first code.
    expect((await person.post('/auth/totp/enroll')).status).toBe(200);
    expect((await person.remove('/auth/totp')).body['code']).toBe('totp_not_found');
    expect((await person.begin()).body['factors']).toEqual(['sms']);
  });

  test('is sealed with the first key on use, and fails without its key', async () => {
    const old = 'the-secret-of-accounts-before-0123456789';
    const next = 'the-secret-of-accounts-after-9876543210';
    const rotating = await TestService.start({
      ACCOUNTS: 'true',
      ACCOUNT_SECRET: `${next},${old}`,
    });
    try {
      const person = await withApp(rotating);
      const accountId = String((await person.get('/auth/me')).body['accountId']);
      const keep = (secrets: string[]) =>
        rotating.rows('UPDATE account_totp SET sealed_secret = $1', [
          new SecretBox(secrets).seal(person.secret, accountId),
        ]);
      await keep([old]);
      expect((await person.login()).status).toBe(200);
      const [row] = await rotating.rows('SELECT sealed_secret FROM account_totp');
      const kept = String(row?.['sealed_secret']);
      expect(new SecretBox([next]).open(kept, accountId)).toBe(person.secret);
      await keep(['the-secret-of-somebody-else-abcdefghij']);
      expect((await person.login()).status).toBe(500);
    } finally {
      await rotating.stop();
    }
  });
});

function inDigitsFrom(zero: number, code: string): string {
  return code.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}
