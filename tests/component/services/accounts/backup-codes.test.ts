import { loggedIn, type Person } from '../../../support/accounts.js';
import { noteSecret } from '../../../support/evidence.js';
import { TestService } from '../../../support/service.js';

describe('backup codes', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ACCOUNTS: 'true' });
  });
  afterAll(() => service.stop());

  const codesOf = async (person: Person): Promise<string[]> => {
    const { body } = await person.post('/auth/backup-codes');
    const codes = body['codes'] as string[];
    for (const code of codes) noteSecret(code);
    return codes;
  };
  const use = async (person: Person, code: string) =>
    person.complete(await person.loginToken(), 'backup_code', code);

  test('R-BC-1: are ten, of 75 bits each, hashed with argon2id and shown once', async () => {
    const person = await loggedIn(service);
    const codes = await codesOf(person);
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes)
      expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{5}-){2}[0-9a-hjkmnp-tv-z]{5}$/);
    const rows = await service.rows('SELECT selector, code_hash FROM account_backup_codes');
    for (const row of rows)
      expect(row['code_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    // The selector finds the row. The other 55 bits are stored only as a hash.
    for (const code of codes) {
      expect(JSON.stringify(rows)).not.toContain(code.replaceAll('-', '').slice(4));
    }
    expect((await person.get('/auth/me')).body['backupCodes']).toBe(10);
    expect((await person.get('/auth/backup-codes')).status).toBe(405);
  });

  test('are warned about when none is left', async () => {
    const person = await loggedIn(service);
    const { accountId } = (await person.get('/auth/me')).body;
    await codesOf(person);
    const use = (but: number) =>
      service.rows(
        `UPDATE account_backup_codes SET used_at = now() WHERE account_id = $1 AND selector NOT IN
           (SELECT selector FROM account_backup_codes WHERE account_id = $1 LIMIT $2)`,
        [accountId, but],
      );
    await use(1);
    expect((await person.get('/auth/me')).body).toMatchObject({
      backupCodes: 1,
      warnings: ['sms_is_restricted'],
    });
    await use(0);
    expect((await person.get('/auth/me')).body).toMatchObject({
      backupCodes: 0,
      warnings: ['sms_is_restricted', 'no_backup_codes'],
    });
  });

  test('R-BC-1: log in once each, in any typed form', async () => {
    const person = await loggedIn(service);
    const [first = '', second = '', third = ''] = await codesOf(person);
    expect((await person.begin()).body['factors']).toEqual(['sms', 'backup_code']);
    expect((await use(person, first.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await use(person, first)).body['code']).toBe('code_invalid');
    expect((await use(person, second.replaceAll('-', ''))).status).toBe(200);
    const fullWidth = third.replaceAll(/[0-9a-z-]/g, (c) =>
      String.fromCharCode(c.charCodeAt(0) + 0xfee0),
    );
    expect((await use(person, fullWidth)).status).toBe(200);
    expect((await person.get('/auth/me')).body['backupCodes']).toBe(7);
  });

  test('R-BC-1: are replaced as a set', async () => {
    const person = await loggedIn(service);
    const [old = ''] = await codesOf(person);
    const sets = await Promise.all([codesOf(person), codesOf(person)]);
    expect((await use(person, old)).status).toBe(401);
    expect((await person.get('/auth/me')).body['backupCodes']).toBe(10);
    const worth = await Promise.all(
      sets.map(async ([code = '']) => (await use(person, code)).status),
    );
    expect(worth.sort()).toEqual([200, 401]);
  });

  test('R-BC-1: log in once in 100 concurrent attempts with one code', async () => {
    const person = await loggedIn(service);
    const [code = ''] = await codesOf(person);
    const tokens: string[] = [];
    for (let i = 0; i < 20; i += 1) tokens.push(await person.loginToken());
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => person.complete(tokens[i % 20]!, 'backup_code', code)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => ![200, 401, 429, 503].includes(status))).toEqual([]);
    expect((await person.get('/auth/me')).body['backupCodes']).toBe(9);
  });

  test('R-BC-2: take the same time with a known and an unknown selector', async () => {
    const person = await loggedIn(service);
    const [code = ''] = await codesOf(person);
    const wrong = code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
    const unknown = `0000${code.slice(4)}`;
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let i = 0; i < 15; i += 1) {
      for (const [what, given] of [
        ['known', wrong],
        ['unknown', unknown],
      ] as const) {
        const token = await person.loginToken();
        const from = performance.now();
        expect((await person.complete(token, 'backup_code', given)).status).toBe(401);
        times[what].push(performance.now() - from);
      }
    }
    const fastest = (list: number[]) => Math.min(...list);
    // Each compares one hash, not ten.
    expect(fastest(times.known)).toBeLessThan(fastest(times.unknown) * 3);
    expect(fastest(times.unknown)).toBeLessThan(fastest(times.known) * 3);
  });

  test("R-RL-10: share the account's limit with TOTP codes", async () => {
    const strict = await TestService.start({ ACCOUNTS: 'true', LIMIT_LOGIN_PER_ACCOUNT: '10/15m' });
    try {
      const person = await loggedIn(strict);
      const [code = ''] = await codesOf(person);
      const wrong = code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
      const statuses: number[] = [];
      for (let i = 0; i < 12; i += 1) statuses.push((await use(person, wrong)).status);
      expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
    } finally {
      await strict.stop();
    }
  });
});
