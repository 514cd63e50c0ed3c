import { Person, loggedIn, registered } from '../../../support/accounts.js';
import { TestService, freshNumber } from '../../../support/service.js';

describe('signing up', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ACCOUNTS: 'true' });
  });
  afterAll(() => service.stop());

  test('creates an account on a proved number without logging in', async () => {
    const person = new Person(service);
    const { status, body } = await person.register({ name: 'Ada Lovelace' });
    expect([status, body]).toEqual([
      200,
      {
        accountId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        phoneNumber: person.phoneNumber,
        name: 'Ada Lovelace',
        createdAt: expect.any(String),
      },
    ]);
    expect(await service.rows('SELECT id FROM account_sessions')).toEqual([]);
    const [row] = await service.rows(
      `SELECT u.status FROM accounts AS a JOIN users AS u ON u.id = a.user_id WHERE a.id = $1`,
      [body['accountId']],
    );
    expect(row).toEqual({ status: 'verified' });
  });

  test('accepts a proof once, and only with its own purpose', async () => {
    const person = new Person(service);
    const proof = await person.proof('register');
    const register = (given: string) =>
      service.post('/auth/register', { proof: given, password: person.password });
    expect((await register(proof)).status).toBe(200);
    expect((await register(proof)).body['code']).toBe('proof_spent');
    for (const purpose of ['login', 'verification', 'password-reset']) {
      expect((await register(await person.proof(purpose))).body['code']).toBe('proof_invalid');
    }
    expect((await register('no.proof.at-all')).status).toBe(401);
  });

  test('creates one account from concurrent requests with one proof', async () => {
    const person = new Person(service);
    const proof = await person.proof('register');
    const password = person.password;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => service.post('/auth/register', { proof, password })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('removes the previous account of the number', async () => {
    const before = await loggedIn(service);
    await before.enrolTotp();
    await before.post('/auth/backup-codes');
    const { accountId } = (await before.get('/auth/me')).body;
    const after = new Person(service, before.phoneNumber, 'another good password');
    const { body } = await after.register();
    expect(body['accountId']).not.toBe(accountId);
    expect((await before.get('/auth/me')).status).toBe(401);
    expect((await before.refresh()).status).toBe(401);
    expect((await before.begin()).status).toBe(401);
    expect((await after.begin()).body['factors']).toEqual(['sms']);
    const left = await service.rows(
      `SELECT 1 FROM account_totp WHERE account_id = $1
       UNION ALL SELECT 1 FROM account_backup_codes WHERE account_id = $1`,
      [accountId],
    );
    expect(left).toEqual([]);
  });

  test('ends a pending login of the previous account', async () => {
    const before = await registered(service);
    const token = await before.loginToken();
    const code = before.smsCode();
    await new Person(service, before.phoneNumber, 'another good password').register();
    expect((await before.complete(token, 'sms', code)).body['code']).toBe('token_invalid');
  });

  test('leaves one complete account after two concurrent requests', async () => {
    const person = new Person(service);
    const proofs = [await person.proof('register'), await person.proof('register')];
    const passwords = ['first good password', 'second good password'];
    const answers = await Promise.all(
      proofs.map((proof, i) => service.post('/auth/register', { proof, password: passwords[i] })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);
    const right = await Promise.all(passwords.map((password) => person.begin(password)));
    expect(right.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

test('without ACCOUNTS the paths do not exist and the document omits them', async () => {
  const service = await TestService.start();
  try {
    for (const path of ['/auth/register', '/auth/login', '/auth/refresh', '/auth/logout']) {
      const answer = await service.post(path, { proof: 'x', password: freshNumber() });
      expect([path, answer.body['code']]).toEqual([path, 'not_found']);
    }
    expect((await service.get('/auth/me')).status).toBe(404);
    expect((await service.get('/openapi.json')).text).not.toContain('/auth');
  } finally {
    await service.stop();
  }
});
