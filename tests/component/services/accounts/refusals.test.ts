import { hash as hashBcrypt } from '@node-rs/bcrypt';
import { Person, loggedIn, registered } from '../../../support/accounts.js';
import { freshNumber, TestService, type Answer } from '../../../support/service.js';

/** Everything in a response that could reveal the reason of a refusal. */
function shown({ status, headers, body }: Answer): unknown {
  const { requestId, instance, ...rest } = body;
  const names = [...headers.entries()].filter(
    ([name]) => !['date', 'x-request-id', 'content-length'].includes(name),
  );
  return [status, rest, names, typeof requestId, typeof instance, headers.get('content-length')];
}

const median = (numbers: number[]) =>
  numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

describe('a refused login', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ACCOUNTS: 'true' });
  });
  afterAll(() => service.stop());

  test('R-PW-5: looks the same for a wrong password and a number without an account', async () => {
    const person = await registered(service);
    const nobody = new Person(service, freshNumber());
    const locked = await registered(service);
    await service.rows(
      `UPDATE accounts SET wrong_factors = 100 FROM users WHERE users.id = user_id AND phone_number = $1`,
      [locked.phoneNumber],
    );
    const wrong = await person.begin('not the password');
    expect(wrong.body['code']).toBe('credentials_invalid');
    expect(shown(await nobody.begin('not the password'))).toEqual(shown(wrong));
    expect(shown(await locked.begin('not the password'))).toEqual(shown(wrong));
  });

  test('R-PW-5: takes the same time for both', async () => {
    const person = await registered(service);
    const nobody = new Person(service, freshNumber());
    const times = new Map<Person, number[]>([
      [person, []],
      [nobody, []],
    ]);
    for (let pair = 0; pair < 80; pair += 1) {
      for (const who of pair % 2 === 0 ? [person, nobody] : [nobody, person]) {
        const from = performance.now();
        await who.begin('not the password');
        times.get(who)!.push(performance.now() - from);
      }
    }
    const [known = 0, unknown = 0] = [...times.values()].map(median);
    // On a shared machine, the noise of one hash may exceed 5 ms.
    const bound = Math.max(5, 0.15 * unknown);
    const difference = Math.abs(known - unknown);
    expect({ known, unknown, close: difference <= bound }).toMatchObject({ close: true });
    // Without a hash it would be a fraction.
    expect(unknown).toBeGreaterThan(10);
  });

  test('R-RL-10: is a 429 within 15 wrong passwords, with or without an account', async () => {
    const strict = await TestService.start({
      ACCOUNTS: 'true',
      LIMIT_LOGIN_PER_ACCOUNT: '10/15m',
    });
    try {
      const person = await registered(strict);
      for (const who of [person, new Person(strict, freshNumber())]) {
        const answers: number[] = [];
        for (let i = 0; i < 11; i += 1) answers.push((await who.begin('not the password')).status);
        expect(answers).toEqual([...Array<number>(10).fill(401), 429]);
      }
      const refused = await person.begin();
      expect(refused.body).toMatchObject({ code: 'rate_limited', limit: 'password-per-phone' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await strict.stop();
    }
  });

  test('R-RL-10: is counted in Postgres before the comparison: of 40 at once, ten are compared', async () => {
    const strict = await TestService.start({
      ACCOUNTS: 'true',
      LIMIT_LOGIN_PER_ACCOUNT: '10/15m',
    });
    try {
      const person = await registered(strict);
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => person.begin('not the password')),
      );
      const judged = answers.filter(({ status }) => status === 401 || status === 503);
      expect(judged).toHaveLength(10);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
    } finally {
      await strict.stop();
    }
  });

  test('R-RL-10: counts only wrong attempts of an address', async () => {
    const strict = await TestService.start({ ACCOUNTS: 'true', LIMIT_CHECK_PER_IP: '14/1h' });
    try {
      const person = await registered(strict);
      for (let i = 0; i < 5; i += 1) expect((await person.login()).status).toBe(200);
      const tries = [
        () => person.refresh('no token'),
        () => strict.post('/auth/register', { proof: 'x.y.z', password: 'long enough' }),
        () => strict.post('/auth/password/reset', { proof: 'x.y.z', newPassword: 'long enough' }),
        () => person.complete('no token', 'totp', '123456'),
        () => new Person(strict, freshNumber()).begin('not the password'),
      ];
      for (let i = 0; i < 14; i += 1) expect((await tries[i % 5]!()).status).toBe(401);
      for (const again of tries) {
        expect((await again()).body).toMatchObject({ code: 'rate_limited', limit: 'auth-per-ip' });
      }
    } finally {
      await strict.stop();
    }
  });

  test('R-RL-10: counts attempts of an address that another limit refuses', async () => {
    const limits = { LIMIT_CHECK_PER_IP: '9/1h', LIMIT_LOGIN_PER_ACCOUNT: '1/15m' };
    const strict = await TestService.start({ ACCOUNTS: 'true', ...limits });
    try {
      const person = await loggedIn(strict);
      await person.enrolTotp();
      const token = await person.loginToken();
      const outcomes: unknown[] = [];
      for (let i = 0; i < 10; i += 1) {
        const { body } = await person.complete(token, 'totp', '000000');
        outcomes.push(body['limit'] ?? body['code']);
      }
      expect(outcomes).toEqual([
        'code_invalid',
        ...Array.from({ length: 4 }, () => 'factor-per-account'),
        ...Array.from({ length: 4 }, () => 'attempts_exhausted'),
        'auth-per-ip',
      ]);
    } finally {
      await strict.stop();
    }
  });

  test('accepts an imported bcrypt hash and replaces it', async () => {
    const person = await registered(service);
    const imported = await hashBcrypt(person.password, 6);
    const hashes = () =>
      service.rows(
        `SELECT password_hash AS hash, version FROM accounts JOIN users ON users.id = user_id WHERE phone_number = $1`,
        [person.phoneNumber],
      );
    for (const prefix of ['$2a$', '$2b$', '$2y$']) {
      await service.rows(
        `UPDATE accounts SET password_hash = $2 FROM users WHERE users.id = user_id AND phone_number = $1`,
        [person.phoneNumber, imported.replace('$2b$', prefix)],
      );
      expect((await person.begin('not the password')).status).toBe(401);
      expect((await hashes())[0]!['hash']).toContain(prefix);
      expect((await person.login()).status).toBe(200);
      expect((await hashes())[0]!['hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    }
  });

  test('R-PW-6: keeps the event loop free and sheds excess load', async () => {
    const person = await registered(service);
    // Slower than everything before it, so that requests queue here; 24 still fit in the one-second wait.
    const hash = await hashBcrypt(person.password, 9);
    await service.rows('UPDATE accounts SET password_hash = $1', [hash]);
    const logins = Promise.all(Array.from({ length: 60 }, () => person.begin('not the password')));
    const times: number[] = [];
    for (let i = 0; i < 40; i += 1) {
      const from = performance.now();
      expect((await service.get('/livez')).status).toBe(200);
      times.push(performance.now() - from);
    }
    const statuses = (await logins).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(24);
    expect(statuses.filter((status) => status !== 401 && status !== 503)).toEqual([]);
    expect(statuses).toContain(503);
    expect(median(times)).toBeLessThan(50);
  });

  test('R-PW-5: takes the same time for an imported hash and a number without an account', async () => {
    const stepMs = 400;
    const paced = await TestService.start({
      ACCOUNTS: 'true',
      VERIFY_BY_PHONE_STEP_MS: String(stepMs),
    });
    try {
      const person = await registered(paced);
      const hash = await hashBcrypt(person.password, 10);
      await paced.rows('UPDATE accounts SET password_hash = $1', [hash]);
      const [known, unknown]: [number[], number[]] = [[], []];
      for (let i = 0; i < 8; i += 1) {
        const nobody = new Person(paced, freshNumber());
        for (const [who, times] of [[person, known] as const, [nobody, unknown] as const]) {
          const from = performance.now();
          expect((await who.begin('not the password')).status).toBe(401);
          times.push(performance.now() - from);
        }
      }
      for (const time of [...known, ...unknown]) expect(time).toBeGreaterThan(stepMs - 5);
      expect(Math.abs(median(known) - median(unknown))).toBeLessThan(25);
    } finally {
      await paced.stop();
    }
  });

  test('keeps a bcrypt hash when the input is too long to be verified', async () => {
    const password = 'x'.repeat(72) + ' and a tail that bcrypt does not see';
    const person = await registered(service, password);
    const imported = await hashBcrypt(password, 6);
    await service.rows(
      `UPDATE accounts SET password_hash = $2 FROM users WHERE users.id = user_id AND phone_number = $1`,
      [person.phoneNumber, imported],
    );
    for (const typed of ['x'.repeat(72), 'x'.repeat(72) + ' and another one', 'é'.repeat(36)]) {
      await person.begin(typed);
      const [row] = await service.rows(
        `SELECT password_hash AS hash FROM accounts JOIN users ON users.id = user_id WHERE phone_number = $1`,
        [person.phoneNumber],
      );
      expect(row).toEqual({ hash: imported });
    }
    expect((await person.begin()).status).toBe(200);
  });

  test.each([
    ['a password that is an array', { password: ['correct horse battery'] }],
    ['a password of more than 4 KB', { password: 'x'.repeat(4097) }],
    ['half a surrogate pair', { password: 'x\ud800yyyyyyyy' }],
    ['an unknown member', { password: 'x', admin: true }],
  ])('R-IN: refuses %s before anything is hashed', async (_what, body) => {
    const answer = await service.post('/auth/login', { phoneNumber: freshNumber(), ...body });
    expect(answer.body['code']).toBe('invalid_request');
  });
});
