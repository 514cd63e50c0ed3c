import { loggedIn, registered } from '../../../support/accounts.js';
import { createPersistence } from '../../../../src/container/persistence.js';
import { ConfigError, loadConfig } from '../../../../src/config/load.js';
import { createLogger } from '../../../../src/observability/logger.js';
import { TestService } from '../../../support/service.js';

describe('running a service with accounts', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({
      ACCOUNTS: 'true',
      METRICS_TOKEN: 'token-of-metrics-in-tests',
    });
  });
  afterAll(() => service.stop());

  const count = async (table: string) =>
    (await service.rows(`SELECT count(*)::int AS rows FROM ${table}`))[0]?.['rows'];

  test('retention deletes only what has ended', async () => {
    const ended = await loggedIn(service);
    await ended.post('/auth/totp/enroll');
    await service.rows(`UPDATE account_sessions SET idle_until = now() - interval '2 days'`);
    await service.rows(`UPDATE account_logins SET expires_at = now() - interval '2 hours'`);
    await service.rows(`UPDATE account_totp SET created_at = now() - interval '2 hours'`);
    const alive = await loggedIn(service);
    await alive.enrolTotp();
    await service.rows(`UPDATE account_totp SET created_at = now() - interval '2 hours'`);
    const gone = await service.background.maintenance.purge();
    expect(gone).toMatchObject({ account_logins: 1, account_sessions: 1, account_totp: 1 });
    expect([await count('account_sessions'), await count('account_refresh_tokens')]).toEqual([
      1, 1,
    ]);
    expect([await count('account_logins'), await count('account_totp')]).toEqual([1, 1]);
    expect((await alive.get('/auth/me')).status).toBe(200);
    expect(await count('accounts')).toBe(2);
  });

  test('an operator unlocks or erases an account locked by 100 wrong codes', async () => {
    const person = await registered(service);
    await service.rows('UPDATE accounts SET wrong_factors = 100');
    const logger = createLogger({ level: 'error' });
    const config = loadConfig({});
    const { operator } = createPersistence({ config, logger, db: service.connections });
    await operator.unblock(person.phoneNumber, false);
    const [row] = await service.rows(
      'SELECT wrong_factors FROM accounts JOIN users ON users.id = user_id WHERE phone_number = $1',
      [person.phoneNumber],
    );
    expect(row).toEqual({ wrong_factors: 0 });
    const before = Number(await count('accounts'));
    await operator.erase(person.phoneNumber);
    expect(await count('accounts')).toBe(before - 1);
    expect((await person.begin()).status).toBe(401);
  });

  test('logs account events by account id and counts logins', async () => {
    const person = await loggedIn(service);
    const { accountId } = (await person.get('/auth/me')).body;
    await person.begin('not the password');
    const [logged] = service.log.events('account.logged_in').slice(-1);
    expect(logged).toMatchObject({ accountId, factor: 'sms', requestId: expect.any(String) });
    expect(JSON.stringify(service.log.lines)).not.toContain(person.phoneNumber);
    const { text } = await service.get('/metrics', {
      authorization: 'Bearer token-of-metrics-in-tests',
    });
    expect(text).toMatch(/proofline_logins_total\{factor="sms",outcome="done"\} [1-9]/);
    expect(text).toMatch(/proofline_logins_total\{factor="password",outcome="credentials"\} [1-9]/);
  });
});

describe('the configuration of accounts', () => {
  const faults = (environment: Record<string, string>) => {
    try {
      loadConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.faults;
    }
    return [];
  };

  test('needs a secret only in production and with accounts enabled', () => {
    const missing = 'ACCOUNT_SECRET: must be set in production';
    expect(faults({ NODE_ENV: 'production', ACCOUNTS: 'true' })).toContain(missing);
    expect(faults({ NODE_ENV: 'production' })).not.toContain(missing);
  });

  test.each([
    [{ ACCOUNT_SECRET: 'short' }, 'ACCOUNT_SECRET: each secret must have at least 32 characters'],
    [{ ACCOUNT_SECRET: 'a'.repeat(40) }, 'ACCOUNT_SECRET: must be random'],
    [{ ACCESS_TOKEN_TTL_SECONDS: '901' }, 'ACCESS_TOKEN_TTL_SECONDS: must be from 60 to 900'],
    [{ TOTP_STEPS_BACK: '2' }, 'TOTP_STEPS_BACK: must be from 0 to 1'],
  ])('refuses %j', (environment, fault) => {
    expect(faults(environment).join('\n')).toContain(fault);
  });
});
