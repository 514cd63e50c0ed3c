import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from 'sequelize';
import { Statements } from '../../../../src/database/statements.js';
import { defineModels } from '../../../../src/models/index.js';
import { NumberLimits } from '../../../../src/services/limits/number-limits.js';
import { OperatorService } from '../../../../src/services/operations/operator.service.js';
import * as sql from '../../../../src/services/operations/operator.sql.js';
import { UserService } from '../../../../src/services/users/user.service.js';
import { loadConfig } from '../../../../src/config/load.js';
import { loggedIn } from '../../../support/accounts.js';
import { TestService, freshNumber } from '../../../support/service.js';

describe('erasing a number', () => {
  let service: TestService;
  let operator: OperatorService;
  beforeAll(async () => {
    service = await TestService.start({ ACCOUNTS: 'true', LIMIT_SEND_PER_PHONE: '90/1h' });
    const models = defineModels(service.db);
    const { limits } = loadConfig({ NODE_ENV: 'test' });
    operator = new OperatorService(
      new Statements(service.connections),
      models,
      new UserService(models),
      new NumberLimits(limits),
    );
  });
  afterAll(() => service.stop());

  const count = async (table: string, where: string, bind: unknown[] = []) => {
    const [row] = await service.rows(
      `SELECT count(*)::int AS n FROM ${table} WHERE ${where}`,
      bind,
    );
    return row?.['n'];
  };
  const waiting = async (part: string) => {
    const query = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`;
    while ((await service.rows(query, [`%${part}%`])).length === 0) await sleep(10);
  };

  test('leaves no user behind when a check succeeds meanwhile', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const code = service.sinch.codeFor(phoneNumber);
    let locked: Transaction | undefined;
    service.sinch.misbehave('PUT', (_req, res) => {
      void (async () => {
        locked = await service.db.transaction();
        const lock = 'SELECT FROM phone_limits WHERE phone_key = $1 FOR UPDATE';
        await service.db.query(lock, { bind: [phoneNumber], transaction: locked });
        res.writeHead(200, { 'content-type': 'application/json' });
        res.end(JSON.stringify({ id: 'x', method: 'sms', status: 'SUCCESSFUL' }));
      })();
    });
    const checked = service.verify(id, code);
    await waiting('mark_verified');
    const erasing = operator.erase(phoneNumber);
    await waiting('DELETE FROM verifications');
    await locked?.rollback();
    expect((await checked).status).toBe(200);
    expect(await erasing).toMatchObject({ verifications: 1, users: 1, phone_limits: 1 });
    expect(await count('users', 'phone_number = $1', [phoneNumber])).toBe(0);
    expect(await count('phone_limits', 'phone_key = $1', [phoneNumber])).toBe(0);
  });

  test('a check that ends after it finds no verification and makes no user', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    let erased: Record<string, number> = {};
    service.sinch.misbehave('PUT', (_req, res) => {
      void (async () => {
        erased = await operator.erase(phoneNumber);
        res.writeHead(200, { 'content-type': 'application/json' });
        res.end(JSON.stringify({ id: 'x', method: 'sms', status: 'SUCCESSFUL' }));
      })();
    });
    const { status, body } = await service.verify(id, service.sinch.codeFor(phoneNumber));
    expect([status, body['code']]).toEqual([404, 'verification_not_found']);
    expect(erased['verifications']).toBe(1);
    expect(await count('users', 'phone_number = $1', [phoneNumber])).toBe(0);
  });

  test('says which account data it has deleted', async () => {
    const [person, other] = [await loggedIn(service), await loggedIn(service)];
    await person.enrolTotp();
    await person.login();
    expect((await person.post('/auth/backup-codes')).status).toBe(200);
    expect(await operator.erase(person.phoneNumber)).toMatchObject({
      users: 1,
      accounts: 1,
      account_logins: 2,
      account_sessions: 2,
      account_refresh_tokens: 2,
      account_totp: 1,
      account_backup_codes: 10,
    });
    expect(await count('accounts', 'true')).toBe(1);
    expect((await other.get('/auth/me')).status).toBe(200);
    const counters = `key NOT LIKE '%.%' AND key NOT IN (SELECT id::text FROM accounts)`;
    expect(await count('limit_counters', `limit_name LIKE '%-account' AND ${counters}`)).toBe(0);
  });

  test('finds a number in all states, and in references and stored answers of others', async () => {
    const [gone, kept] = [freshNumber(), freshNumber()];
    const digits = gone.slice(1);
    const names = [
      gone,
      digits,
      `0${digits}`,
      `customer ${gone} (new)`,
      `user-42-${digits}`,
      `+1 (${digits.slice(1, 4)}) ${digits.slice(4, 7)}-${digits.slice(7)}`,
    ];
    const others = [`${gone}0`, `1${digits}`, 'order-7', digits.slice(0, 9)];
    for (const reference of [...names, ...others]) {
      const headers = { 'idempotency-key': reference.replaceAll(' ', '_') };
      await service.post('/request-otp', { phoneNumber: kept, reference }, headers);
    }
    for (const status of ['sending', 'pending', 'failed', 'expired', 'cancelled']) {
      const id = await service.request(gone);
      await service.rows('UPDATE verifications SET status = $2 WHERE id = $1', [id, status]);
    }
    expect((await operator.number(gone, 'US')).verifications).toHaveLength(5);
    expect(await operator.erase(gone)).toMatchObject({
      verifications: 5,
      references: names.length,
      idempotency_keys: names.length,
    });
    const left = await service.rows(
      'SELECT reference FROM verifications WHERE phone_number = $1 ORDER BY created_at',
      [kept],
    );
    expect(left.map(({ reference }) => reference)).toEqual([...names.map(() => null), ...others]);
    expect(await count('idempotency_keys', 'position($1 IN body) > 0', [kept])).toBe(others.length);
  });

  test('removes a rule by the number of today, whichever form it was written in', async () => {
    await operator.putRule('+541123456789', 'block', null);
    expect(await operator.removeRule('+5491123456789')).toBe(true);
    expect(await operator.removeRule('+5491123456789')).toBe(false);
  });

  test.each([
    ['123 45 67', ['1234567']],
    ['1234567', ['1234567']],
    ['(030) 12-34.5/6 x', ['30123456']],
    ['123 45 6', []],
  ])('reads the numbers of the text "%s"', async (text, numbers) => {
    const [row] = await service.rows('SELECT numbers_in($1) AS numbers', [text]);
    expect(row?.['numbers']).toEqual(numbers);
  });

  test.each([
    ['+5491123456789', '+54 11 2345-6789', '+54 11 2345-6780'],
    ['+525512345678', '+52 1 55 1234 5678', '+52 1 55 1234 5670'],
  ])('finds %s in a reference by an earlier form', async (gone, reference, other) => {
    const kept = freshNumber();
    for (const text of [reference, other]) await service.request(kept, { reference: text });
    expect(await operator.erase(gone)).toMatchObject({ references: 1 });
    const left = await service.rows(
      'SELECT reference FROM verifications WHERE phone_number = $1 ORDER BY created_at',
      [kept],
    );
    expect(left.map((row) => row['reference'])).toEqual([null, other]);
  });

  test('reads no table of verifications as a whole, and neither does showing the number', async () => {
    await service.rows(
      `INSERT INTO verifications (id, phone_number, phone_key, country, purpose, channel, provider, send_reference,
         status, max_attempts, expires_at, resend_at, reference)
       SELECT 'x' || i, '+1212' || 2000000 + i, '+1212' || 2000000 + i, 'US', 'login', 'sms', 'p', 'x' || i,
         'expired', 5, now(), now(), 'order-' || i FROM generate_series(1, 5000) AS i`,
    );
    await service.rows('ANALYZE verifications');
    const phone = '+12122000007';
    for (const [statement, bind] of [
      [sql.ERASE, [phone, phone, [phone.slice(1)]]],
      [sql.NEWEST, [phone]],
    ] as const) {
      const rows = await service.db.transaction(async (transaction) => {
        const [plan] = await service.db.query(`EXPLAIN (COSTS off) ${statement}`, {
          bind: [...bind],
          transaction,
        });
        return plan as Record<string, string>[];
      });
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).not.toMatch(/Seq Scan on verifications/);
      expect(plan).toMatch(/verifications_of_number/);
    }
  });
});
