import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { loggedIn, Person, PASSWORD } from '../../../support/accounts.js';
import { freshNumber, TestService, type Answer } from '../../../support/service.js';

const NEXT = 'quite another password';
/** Time for the headers to arrive and the session to be found. */
const ARRIVAL_MS = 300;

interface Change {
  method: 'POST' | 'DELETE';
  path: string;
  body: Record<string, unknown>;
  /** Traces of the change; empty if it was not made. */
  trace: string;
}

describe('a request authenticated before all sessions ended', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ACCOUNTS: 'true' });
  });
  afterAll(() => service.stop());

  const reset = async (person: Person) => {
    const proof = await person.proof('password-reset');
    const answer = await service.post('/auth/password/reset', { proof, newPassword: NEXT });
    expect(answer.status).toBe(200);
  };
  const stateOf = async (id: unknown) =>
    (
      await service.rows(
        `SELECT a.version, u.phone_number AS phone, t.active AS totp,
           (SELECT count(*)::int FROM account_sessions AS s
            WHERE s.account_id = a.id AND s.version = a.version AND s.ended_at IS NULL) AS sessions
         FROM accounts AS a JOIN users AS u ON u.id = a.user_id LEFT JOIN account_totp AS t ON t.account_id = a.id
         WHERE a.id = $1`,
        [id],
      )
    )[0];

  /** Sends a request without its last byte. */
  const halfSent = async (person: Person, path: string, body: Record<string, unknown>) => {
    const { hostname, port } = new URL(service.url);
    const socket: Socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const text = JSON.stringify(body);
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: proofline.test',
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(text)}`,
      `Authorization: Bearer ${person.accessToken}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${text.slice(0, -1)}`);
    await sleep(ARRIVAL_MS);
    return async () => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.write(text.slice(-1));
      await once(socket, 'close');
      return Number(Buffer.concat(chunks).toString().split(' ')[1]);
    };
  };

  test('R-SES-3: does not move the account after a reset', async () => {
    const person = await loggedIn(service);
    const { accountId } = (await person.get('/auth/me')).body;
    const proof = await person.proof('phone-change', freshNumber());
    const finish = await halfSent(person, '/auth/phone', { proof });
    await reset(person);
    expect(await finish()).toBe(401);
    expect(await stateOf(accountId)).toEqual({
      version: 2,
      phone: person.phoneNumber,
      totp: null,
      sessions: 0,
    });
  });

  test('R-SES-3: does not enrol an authenticator app after a reset', async () => {
    const person = await loggedIn(service);
    const { accountId } = (await person.get('/auth/me')).body;
    const { body } = await person.post('/auth/totp/enroll');
    const code = person.totp(0, String(body['secret']));
    const finish = await halfSent(person, '/auth/totp/confirm', { code });
    await reset(person);
    expect(await finish()).toBe(401);
    expect(await stateOf(accountId)).toMatchObject({ version: 2, totp: false, sessions: 0 });
  });

  test('R-SES-3: does not change the password after a logout everywhere or its own logout', async () => {
    for (const path of ['/auth/logout-all', '/auth/logout']) {
      const person = await loggedIn(service);
      const change = { currentPassword: PASSWORD, newPassword: NEXT };
      const finish = await halfSent(person, '/auth/password', change);
      expect((await person.post(path)).status).toBe(200);
      expect(await finish()).toBe(401);
      expect((await person.get('/auth/me')).status).toBe(401);
      expect([(await person.begin()).status, (await person.begin(NEXT)).status]).toEqual([
        200, 401,
      ]);
    }
  });

  /** Each change and its request. The account has an authenticator app unless the change adds one. */
  const changes: Record<string, (person: Person) => Promise<Change>> = {
    'to another password': (person) => {
      const body = { currentPassword: person.password, newPassword: NEXT };
      const trace = 'SELECT 1 FROM accounts WHERE id = $1 AND password_changed_at > created_at';
      return Promise.resolve({ method: 'POST', path: '/auth/password', body, trace });
    },
    'to another number': async (person) => {
      const number = freshNumber();
      const proof = await person.proof('phone-change', number);
      const trace = `SELECT 1 FROM accounts AS a JOIN users AS u ON u.id = a.user_id WHERE a.id = $1 AND phone_number = '${number}'`;
      return { method: 'POST', path: '/auth/phone', body: { proof }, trace };
    },
    'to an app': async (person) => {
      const { body } = await person.post('/auth/totp/enroll');
      const code = person.totp(0, String(body['secret']));
      const trace = 'SELECT 1 FROM account_totp WHERE account_id = $1 AND active';
      return { method: 'POST', path: '/auth/totp/confirm', body: { code }, trace };
    },
    'back from an app': async (person) => {
      await person.enrolTotp();
      const trace =
        'SELECT 1 WHERE NOT EXISTS (SELECT FROM account_totp WHERE account_id = $1 AND active)';
      return { method: 'DELETE', path: '/auth/totp', body: {}, trace };
    },
    'to other backup codes': () => {
      const trace = 'SELECT 1 FROM account_backup_codes WHERE account_id = $1';
      return Promise.resolve({ method: 'POST', path: '/auth/backup-codes', body: {}, trace });
    },
    'to no account': () => {
      const trace = 'SELECT 1 WHERE NOT EXISTS (SELECT FROM accounts WHERE id = $1)';
      return Promise.resolve({ method: 'DELETE', path: '/auth/me', body: {}, trace });
    },
  };
  const send = (person: Person, { method, path, body }: Change) =>
    method === 'POST' ? person.post(path, body) : person.remove(path);

  const someLockIsAwaited = async () => {
    const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    for (let i = 0; i < 200; i += 1) {
      if ((await service.rows(sql)).length > 0) return;
      await sleep(20);
    }
    throw new Error('nothing waits');
  };

  /** Sends a request that waits for an open transaction with `sql`, then commits it. */
  const behind = async (sql: string, bind: unknown[], request: () => Promise<Answer>) => {
    const transaction = await service.db.transaction();
    await service.db.query(sql, { bind, transaction });
    const answering = request();
    await someLockIsAwaited();
    await transaction.commit();
    return answering;
  };

  test.each(Object.entries(changes))(
    'R-SES-3: changes nothing %s when the version increases before its statement',
    async (_what, change) => {
      const person = await loggedIn(service);
      const { accountId } = (await person.get('/auth/me')).body;
      const wanted = await change(person);
      const before = Number((await stateOf(accountId))?.['version']);
      // As a reset or logout everywhere does, after the change's request was authenticated.
      const raise = 'UPDATE accounts SET version = version + 1 WHERE id = $1';
      const answer = await behind(raise, [accountId], () => send(person, wanted));
      expect(answer.body['code']).toBe('token_invalid');
      expect(await service.rows(wanted.trace, [accountId])).toEqual([]);
      expect(await stateOf(accountId)).toMatchObject({ version: before + 1, sessions: 0 });
      expect((await person.get('/auth/me')).status).toBe(401);
    },
  );

  test.each(Object.entries(changes).filter(([what]) => !/codes|no account/.test(what)))(
    'R-SES-3: a change %s and the end of the other sessions are one transaction',
    async (_what, change) => {
      const person = await loggedIn(service);
      const { accountId } = (await person.get('/auth/me')).body;
      const wanted = await change(person);
      const before = await stateOf(accountId);
      // No session can get version 3, so the change must roll back.
      await service.rows(
        `ALTER TABLE account_sessions ADD CONSTRAINT stuck CHECK (version <= 2) NOT VALID`,
      );
      await service.rows('UPDATE accounts SET version = 2 WHERE id = $1', [accountId]);
      await service.rows('UPDATE account_sessions SET version = 2 WHERE account_id = $1', [
        accountId,
      ]);
      try {
        expect((await send(person, wanted)).status).toBe(500);
      } finally {
        await service.rows('ALTER TABLE account_sessions DROP CONSTRAINT stuck');
      }
      expect(await service.rows(wanted.trace, [accountId])).toEqual([]);
      expect(await stateOf(accountId)).toEqual({ ...before, version: 2 });
      if (wanted.path !== '/auth/phone') expect((await send(person, wanted)).status).toBe(200);
    },
  );

  test('R-SES-5: a reset does not touch an account that has just left the number', async () => {
    const person = await loggedIn(service);
    const { accountId } = (await person.get('/auth/me')).body;
    const elsewhere = freshNumber();
    await new Person(service, elsewhere).proof('phone-change');
    const proof = await person.proof('password-reset');
    const move = `UPDATE accounts SET user_id = (SELECT id FROM users WHERE phone_number = $2) WHERE id = $1`;
    const answer = await behind(move, [accountId, elsewhere], () =>
      service.post('/auth/password/reset', { proof, newPassword: NEXT }),
    );
    expect(answer.body).toEqual({ status: 'password_changed' });
    expect(service.log.events('account.password_reset').at(-1)).toMatchObject({ outcome: 'none' });
    expect(await stateOf(accountId)).toMatchObject({ version: 1, sessions: 1 });
    person.phoneNumber = elsewhere;
    expect([(await person.begin()).status, (await person.begin(NEXT)).status]).toEqual([200, 401]);
  });

  test.each(Object.entries(changes))(
    'R-SES-3: of a concurrent change %s and logout everywhere, one succeeds and ends the other session',
    async (what, change) => {
      for (let round = 0; round < 4; round += 1) {
        const person = await loggedIn(service);
        const { accountId } = (await person.get('/auth/me')).body;
        const wanted = await change(person);
        const owner = new Person(service, person.phoneNumber, person.password);
        owner.secret = person.secret;
        await owner.login();
        const before = Number((await stateOf(accountId))?.['version']);
        const [changed, ended] = await Promise.all([
          send(person, wanted),
          owner.post('/auth/logout-all'),
        ]);
        const isDone = (await service.rows(wanted.trace, [accountId])).length > 0;
        expect(isDone).toBe(changed.status === 200);
        expect([200, 401]).toContain(changed.status);
        if (what === 'to other backup codes' || !isDone) {
          // New codes end no session, so the logout succeeds in either order.
          expect(ended.status).toBe(200);
          expect(await stateOf(accountId)).toMatchObject({ version: before + 1, sessions: 0 });
        } else {
          expect(ended.status).toBe(401);
          const left = { version: before + 1, sessions: 1 };
          if (what !== 'to no account') expect(await stateOf(accountId)).toMatchObject(left);
        }
      }
    },
  );
});
