import { setTimeout as sleep } from 'node:timers/promises';
import { hash as hashBcrypt } from '@node-rs/bcrypt';
import { loggedIn, Person, PASSWORD, registered } from '../../../support/accounts.js';
import { noteSecret } from '../../../support/evidence.js';
import { freshNumber, TestService, type Answer } from '../../../support/service.js';

const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status);
const count = (statuses: readonly number[], wanted: number) =>
  statuses.filter((status) => status === wanted).length;

describe("the hasher's bulkhead", () => {
  /** Runs `work` with a service of its own. */
  const withService = async (
    environment: Record<string, string>,
    work: (service: TestService) => Promise<void>,
  ) => {
    const service = await TestService.start({ ACCOUNTS: 'true', ...environment });
    try {
      await work(service);
    } finally {
      await service.stop();
    }
  };
  const counted = async (service: TestService, name: string, key: unknown) => {
    const sql = `SELECT coalesce(sum(n), 0)::int AS tries FROM limit_counters, unnest(counts) AS n WHERE limit_name = $1 AND ($2::text IS NULL OR key = $2)`;
    return (await service.rows(sql, [name, key]))[0]?.['tries'];
  };

  test('R-RL-10: limits attempts per IP address, also right ones, only where a secret is hashed', () =>
    withService({ LIMIT_CHECK_PER_IP: '6/1h' }, async (service) => {
      const person = await loggedIn(service);
      const spent = await person.proof('register');
      await service.post('/proofs/spend', { proof: spent });
      const currentPassword = 'not the password';
      const tries = [
        () => person.post('/auth/backup-codes'),
        () => service.post('/auth/register', { proof: spent, password: PASSWORD }),
        () => service.post('/auth/password/reset', { proof: spent, newPassword: PASSWORD }),
        () => person.begin(),
        () => person.post('/auth/password', { currentPassword, newPassword: PASSWORD }),
      ];
      const answers: Answer[] = [];
      for (const again of tries.slice(0, 4)) answers.push(await again());
      expect(statusesOf(answers)).toEqual([200, 409, 409, 200]);
      for (const again of tries) {
        expect((await again()).body).toMatchObject({ code: 'rate_limited', limit: 'hash-per-ip' });
      }
      expect(await counted(service, 'hash-per-ip', null)).toBe(6);
      expect((await person.refresh()).status).toBe(200);
    }));

  test('limits new backup codes and TOTP secrets per account', () =>
    withService({ LIMIT_LOGIN_PER_ACCOUNT: '3/15m' }, async (service) => {
      const person = await loggedIn(service);
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => person.post('/auth/backup-codes')),
      );
      expect(count(statusesOf(answers), 429)).toBe(5);
      const refused = await person.post('/auth/totp/enroll');
      expect(refused.body).toMatchObject({ code: 'rate_limited', limit: 'new-factor-per-account' });
      expect((await (await loggedIn(service)).post('/auth/totp/enroll')).status).toBe(200);
    }));

  test('refuses a spent proof before it judges the password', () =>
    withService({}, async (service) => {
      const person = await registered(service);
      for (const [purpose, path, field] of [
        ['register', '/auth/register', 'password'],
        ['password-reset', '/auth/password/reset', 'newPassword'],
      ] as const) {
        const proof = await person.proof(purpose);
        await service.post('/proofs/spend', { proof });
        const answer = await service.post(path, { proof, [field]: 'password1' });
        expect([path, answer.status, answer.body['code']]).toEqual([path, 409, 'proof_spent']);
      }
    }));

  /** Runs `work` while the bulkhead and its queue are full. */
  const whileFull = async (service: TestService, work: () => Promise<void>) => {
    const slow = await registered(service);
    const hash = await hashBcrypt(slow.password, 13);
    await service.rows(
      'UPDATE accounts SET password_hash = $2 FROM users WHERE users.id = user_id AND phone_number = $1',
      [slow.phoneNumber, hash],
    );
    const crowd = Promise.all(Array.from({ length: 28 }, () => slow.begin('not the password')));
    await sleep(300);
    await work();
    await crowd;
  };

  test('R-RL-10: a password that it refuses is not counted as wrong', () =>
    withService({ LIMIT_LOGIN_PER_ACCOUNT: '100/15m' }, async (service) => {
      const person = await registered(service);
      await whileFull(service, async () => {
        expect((await person.begin()).body['code']).toBe('service_unavailable');
      });
      expect(await counted(service, 'password-per-phone', person.phoneNumber)).toBe(0);
    }));

  test('R-RL-10: a backup code that it refuses is not counted as wrong and costs no attempt', () =>
    withService({ LIMIT_LOGIN_PER_ACCOUNT: '100/15m' }, async (service) => {
      const person = await loggedIn(service);
      const { accountId } = (await person.get('/auth/me')).body;
      const { body } = await person.post('/auth/backup-codes');
      const [code = ''] = body['codes'] as string[];
      noteSecret(code);
      const token = await person.loginToken();
      const sql = `SELECT a.wrong_factors, l.attempts FROM accounts AS a JOIN account_logins AS l ON l.account_id = a.id
        WHERE a.id = $1 AND l.used_at IS NULL`;
      await whileFull(service, async () => {
        const answer = await person.complete(token, 'backup_code', code);
        expect(answer.body['code']).toBe('service_unavailable');
      });
      expect(await counted(service, 'factor-per-account', accountId)).toBe(0);
      expect(await service.rows(sql, [accountId])).toEqual([{ wrong_factors: 0, attempts: 0 }]);
      expect((await person.complete(token, 'backup_code', code)).status).toBe(200);
    }));

  test('a refusal for a number without an account is not counted either', () =>
    withService({ LIMIT_LOGIN_PER_ACCOUNT: '1000/15m' }, async (service) => {
      const nobody = new Person(service, freshNumber());
      for (let i = 0; i < 3; i += 1) expect((await nobody.begin()).status).toBe(401);
      expect(await counted(service, 'password-per-phone', nobody.phoneNumber)).toBe(3);
    }));
});
