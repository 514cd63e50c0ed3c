import { decodeJwt } from 'jose';
import { loggedIn, Person, PASSWORD } from '../../../support/accounts.js';
import { TestService, freshNumber } from '../../../support/service.js';

const NEXT = 'quite another password';

describe('a session', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ACCOUNTS: 'true' });
  });
  afterAll(() => service.stop());

  /** Another session of the same person. */
  const elsewhere = async (person: Person) => {
    const other = new Person(service, person.phoneNumber, person.password);
    other.secret = person.secret;
    await other.login();
    return other;
  };
  const isIn = async (person: Person) => (await person.get('/auth/me')).status === 200;

  test('R-SES-1: gets new tokens with every login and refresh', async () => {
    const person = await loggedIn(service);
    const first = [person.accessToken, person.refreshToken];
    person.keep(await person.refresh());
    const second = [person.accessToken, person.refreshToken];
    await person.login();
    const all = [...first, ...second, person.accessToken, person.refreshToken];
    expect(new Set(all).size).toBe(6);
    // 256 bits in base64url.
    expect(person.refreshToken).toMatch(/^[\w-]{43}$/);
    expect(await isIn(person)).toBe(true);
  });

  test('stores no token in plain text', async () => {
    const person = await loggedIn(service);
    const rows = await service.rows(
      `SELECT t::text AS row FROM account_refresh_tokens AS t
       UNION ALL SELECT l::text FROM account_logins AS l UNION ALL SELECT s::text FROM account_sessions AS s`,
    );
    expect(JSON.stringify(rows)).not.toContain(person.refreshToken);
    expect(rows.length).toBeGreaterThan(2);
  });

  test('R-SES-1: ends when a refresh token is reused', async () => {
    const person = await loggedIn(service);
    const old = person.refreshToken;
    person.keep(await person.refresh());
    expect((await person.refresh(old)).body['code']).toBe('token_invalid');
    expect((await person.refresh()).status).toBe(401);
    expect(await isIn(person)).toBe(false);
    const reused = service.log.events('account.token_reused');
    expect(reused.at(-1)).toMatchObject({ level: 'warn', sessionId: expect.any(String) });
  });

  test('is refreshed once by 100 concurrent uses of one token', async () => {
    const person = await loggedIn(service);
    const answers = await Promise.all(Array.from({ length: 100 }, () => person.refresh()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => ![200, 401, 503].includes(status))).toEqual([]);
    const tokens = await service.rows(
      `SELECT count(*)::int AS tokens, count(*) FILTER (WHERE used_at IS NULL)::int AS unused
       FROM account_refresh_tokens WHERE session_id = (
         SELECT id FROM account_sessions ORDER BY created_at DESC LIMIT 1)`,
    );
    expect(tokens).toEqual([{ tokens: 2, unused: 1 }]);
  });

  test('is refreshed 2,000 times at most', async () => {
    const person = await loggedIn(service);
    await service.rows(
      `UPDATE account_sessions SET refreshes = 1999 WHERE id = (
         SELECT id FROM account_sessions ORDER BY created_at DESC LIMIT 1) RETURNING id`,
    );
    person.keep(await person.refresh());
    const { status, body } = await person.refresh();
    expect([status, body['code']]).toEqual([401, 'token_invalid']);
  });

  test('R-SES-2: ends after one idle hour and after one day', async () => {
    const idle = await loggedIn(service);
    const [row] = await service.rows(
      `SELECT extract(epoch FROM idle_until - created_at)::int AS idle, extract(epoch FROM expires_at - created_at)::int AS old
       FROM account_sessions ORDER BY created_at DESC LIMIT 1`,
    );
    expect(row).toEqual({ idle: 3600, old: 86_400 });
    await service.rows(`UPDATE account_sessions SET idle_until = now() WHERE ended_at IS NULL`);
    expect([await isIn(idle), (await idle.refresh()).status]).toEqual([false, 401]);
    const old = await loggedIn(service);
    await service.rows(`UPDATE account_sessions SET expires_at = now() WHERE ended_at IS NULL`);
    expect([await isIn(old), (await old.refresh()).status]).toEqual([false, 401]);
  });

  test('outlives its access tokens', async () => {
    const person = await loggedIn(service);
    await service.rows(`UPDATE account_sessions SET expires_at = now() + interval '90 seconds'`);
    const { body } = await person.refresh();
    expect(body['expiresIn']).toBeLessThanOrEqual(91);
    const { sid } = decodeJwt(String(body['accessToken']));
    const [row] = await service.rows(
      'SELECT idle_until <= expires_at AS within FROM account_sessions WHERE id = $1',
      [sid],
    );
    expect(row).toEqual({ within: true });
  });

  test('R-SES-3: ends at once with a logout, and so does its refresh token', async () => {
    const person = await loggedIn(service);
    const other = await elsewhere(person);
    expect((await person.post('/auth/logout')).body).toEqual({ status: 'logged_out' });
    expect([await isIn(person), (await person.refresh()).status]).toEqual([false, 401]);
    expect(await isIn(other)).toBe(true);
  });

  test('R-SES-3: ends with all others at a logout everywhere', async () => {
    const person = await loggedIn(service);
    const other = await elsewhere(person);
    const underWay = await other.loginToken();
    expect((await person.post('/auth/logout-all')).status).toBe(200);
    for (const who of [person, other]) {
      expect([await isIn(who), (await who.refresh()).status]).toEqual([false, 401]);
    }
    expect((await other.complete(underWay, 'sms', other.smsCode())).status).toBe(401);
    expect((await person.login()).status).toBe(200);
  });

  test("is listed with the account's other sessions, newest first", async () => {
    const person = await loggedIn(service);
    const other = await elsewhere(person);
    const { body } = await other.get('/auth/sessions');
    const sessions = body['sessions'] as Record<string, unknown>[];
    expect(sessions.map(({ current, factor }) => [current, factor])).toEqual([
      [true, 'sms'],
      [false, 'sms'],
    ]);
    await person.post('/auth/logout');
    expect((await other.get('/auth/sessions')).body['sessions']).toHaveLength(1);
  });

  test('R-SES-3: is the only one left after a password change, which needs the current password', async () => {
    const person = await loggedIn(service);
    const other = await elsewhere(person);
    const change = (currentPassword: string) =>
      person.post('/auth/password', { currentPassword, newPassword: NEXT });
    const changedAt = async () => (await person.get('/auth/me')).body['passwordChangedAt'];
    const before = await changedAt();
    expect((await change('not the password')).body['code']).toBe('credentials_invalid');
    expect(await changedAt()).toBe(before);
    expect((await change(PASSWORD)).body).toEqual({ status: 'password_changed' });
    expect(await changedAt()).not.toBe(before);
    expect([await isIn(person), await isIn(other)]).toEqual([true, false]);
    expect([(await person.begin()).status, (await person.begin(NEXT)).status]).toEqual([401, 200]);
  });

  test('is required before the body is judged', async () => {
    for (const path of ['/auth/password', '/auth/phone', '/auth/totp/confirm']) {
      const answer = await service.post(path, {}, { authorization: 'Bearer a.b.c' });
      expect([path, answer.status, answer.body['code']]).toEqual([path, 401, 'token_invalid']);
    }
  });

  test('R-SES-5: is not opened by a password reset, which ends all sessions', async () => {
    const person = await loggedIn(service);
    const underWay = await person.loginToken();
    const code = person.smsCode();
    const proof = await person.proof('password-reset');
    const reset = () => service.post('/auth/password/reset', { proof, newPassword: NEXT });
    const { status, body } = await reset();
    expect([status, body]).toEqual([200, { status: 'password_changed' }]);
    expect((await reset()).body['code']).toBe('proof_spent');
    expect([await isIn(person), (await person.refresh()).status]).toEqual([false, 401]);
    expect((await person.complete(underWay, 'sms', code)).status).toBe(401);
    expect([(await person.begin()).status, (await person.begin(NEXT)).status]).toEqual([401, 200]);
  });

  test('R-SES-5: still needs the authenticator app after a reset', async () => {
    const person = await loggedIn(service);
    await person.enrolTotp();
    const proof = await person.proof('password-reset');
    await service.post('/auth/password/reset', { proof, newPassword: NEXT });
    const { body } = await person.begin(NEXT);
    expect(body['factors']).toEqual(['totp']);
    expect(body['verification']).toBeUndefined();
    const bySms = await person.complete(String(body['loginToken']), 'sms', person.smsCode());
    expect(bySms.body['code']).toBe('invalid_request');
  });

  test('a reset for a number without an account answers the same and creates none', async () => {
    const nobody = new Person(service, freshNumber());
    const proof = await nobody.proof('password-reset');
    const answer = await service.post('/auth/password/reset', { proof, newPassword: NEXT });
    expect([answer.status, answer.body]).toEqual([200, { status: 'password_changed' }]);
    expect((await nobody.begin(NEXT)).status).toBe(401);
  });

  test.each([
    ['has ended', `ended_at = now(), ended_by = 'logout'`],
    ['has expired', 'expires_at = now()'],
    ['has gone idle', 'idle_until = now()'],
    ['is of another version', 'version = version + 1'],
  ])('R-SES-3: changes nothing once it %s while the request waits', async (_how, change) => {
    const person = await loggedIn(service);
    const { accountId } = (await person.get('/auth/me')).body;
    const [session] = await service.rows('SELECT * FROM account_sessions WHERE account_id = $1', [
      accountId,
    ]);
    const isHeld = async () => {
      const bind = [accountId, session?.['id'], session?.['version']];
      return (await service.rows('SELECT hold_session($1, $2, $3) AS held', bind))[0]?.['held'];
    };
    expect(await isHeld()).toBe(true);
    await service.rows(`UPDATE account_sessions SET ${change} WHERE id = $1`, [session?.['id']]);
    expect(await isHeld()).toBe(false);
  });

  test('R-SES-3: moves to another number only after a recent login', async () => {
    const person = await loggedIn(service);
    const other = await elsewhere(person);
    const { accountId } = (await person.get('/auth/me')).body;
    const number = freshNumber();
    const move = async (purpose: string) =>
      person.post('/auth/phone', { proof: await person.proof(purpose, number) });
    expect((await move('register')).body['code']).toBe('proof_invalid');
    const { status, body } = await move('phone-change');
    expect([status, body['phoneNumber'], body['accountId']]).toEqual([200, number, accountId]);
    expect([await isIn(person), await isIn(other)]).toEqual([true, false]);
    expect((await person.begin()).status).toBe(401);
    person.phoneNumber = number;
    await person.login();
    await person.ageLogin();
    expect((await move('phone-change')).body['code']).toBe('fresh_login_required');
  });

  test('is kept by a move to the number that the account has', async () => {
    const person = await loggedIn(service);
    const proof = await person.proof('phone-change');
    const { status, body } = await person.post('/auth/phone', { proof });
    expect([status, body['phoneNumber']]).toEqual([200, person.phoneNumber]);
    expect([await isIn(person), (await person.begin()).status]).toEqual([true, 200]);
  });

  test("an account that moves to a number replaces that number's account", async () => {
    const before = await loggedIn(service);
    const person = await loggedIn(service);
    const proof = await person.proof('phone-change', before.phoneNumber);
    expect((await person.post('/auth/phone', { proof })).status).toBe(200);
    expect([await isIn(before), await isIn(person)]).toEqual([false, true]);
  });

  test('removes the account with all its data after a recent login', async () => {
    const person = await loggedIn(service);
    await person.post('/auth/backup-codes');
    await person.ageLogin();
    expect((await person.remove('/auth/me')).body['code']).toBe('fresh_login_required');
    await person.login();
    const { accountId } = (await person.get('/auth/me')).body;
    expect((await person.remove('/auth/me')).body).toEqual({ status: 'removed' });
    expect([await isIn(person), (await person.begin()).status]).toEqual([false, 401]);
    const left = await service.rows(
      `SELECT 1 FROM accounts WHERE id = $1 UNION ALL SELECT 1 FROM account_sessions WHERE account_id = $1
       UNION ALL SELECT 1 FROM account_backup_codes WHERE account_id = $1`,
      [accountId],
    );
    expect(left).toEqual([]);
  });
});
