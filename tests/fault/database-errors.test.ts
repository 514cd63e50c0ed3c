import { noteSecret } from '../support/evidence.js';
import { faultTriggerSql, type DatabaseFault } from '../support/private-postgres.js';
import { TestService, freshNumber } from '../support/service.js';

describe('a database error', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await TestService.start({ LIMIT_SEND_PER_PHONE: '9/1h' });
  });
  afterEach(() => service.stop());

  const inject = async (fault: DatabaseFault): Promise<void> => {
    await service.db.query(faultTriggerSql(fault));
  };
  const tries = async (table: string, event: string): Promise<number> => {
    const [row] = await service.rows(
      `SELECT last_value::int AS n FROM planted_${table}_${event}_met`,
    );
    return Number(row!['n']);
  };
  const ask = () => {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    return service.post('/request-otp', { phoneNumber });
  };
  const statuses = () => service.rows('SELECT status FROM verifications');
  const sends = () => service.rows('SELECT cardinality(sends) AS sent FROM phone_limits');

  describe.each([
    ['deadlock detected', '40P01'],
    ['serialization failure', '40001'],
  ])('%s', (_what, sqlState) => {
    test('before the send: the statement is retried and one message is sent', async () => {
      await inject({ table: 'verifications', event: 'INSERT', sqlState, times: 3 });
      expect((await ask()).status).toBe(200);
      expect(await tries('verifications', 'insert')).toBe(4);
      expect(service.sinch.calls).toHaveLength(1);
      expect(await statuses()).toEqual([{ status: 'pending' }]);
      expect(await sends()).toEqual([{ sent: 1 }]);
    });

    test('after the send: the update is retried, not the send', async () => {
      await inject({ table: 'verifications', event: 'UPDATE', sqlState, times: 3 });
      expect((await ask()).status).toBe(200);
      expect(await tries('verifications', 'update')).toBe(4);
      expect(service.sinch.calls).toHaveLength(1);
      expect(await statuses()).toEqual([{ status: 'pending' }]);
    });

    test('during a check: one attempt, one comparison, one success', async () => {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      await inject({ table: 'users', event: 'INSERT', sqlState, times: 2 });
      await inject({ table: 'verifications', event: 'UPDATE', sqlState, times: 1 });
      expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
      expect(service.sinch.comparisons).toBe(1);
      expect(await service.rows('SELECT status, attempts FROM verifications')).toEqual([
        { status: 'verified', attempts: 1 },
      ]);
      expect(await service.rows('SELECT status FROM users')).toEqual([{ status: 'verified' }]);
    });

    test('persistent: 503 after the fourth try, no message, no count', async () => {
      await inject({ table: 'verifications', event: 'INSERT', sqlState, times: 1_000 });
      const answer = await ask();
      expect([answer.status, answer.body['code']]).toEqual([503, 'service_unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await tries('verifications', 'insert')).toBe(4);
      expect(service.sinch.calls).toEqual([]);
      expect([await statuses(), await sends()]).toEqual([[], []]);
    });
  });

  test.each([
    ['disk full', '53100'],
    ['out of memory', '53200'],
    ['read-only transaction', '25006'],
    ['admin shutdown', '57P01'],
  ])('%s: 503 without a retry, no message, no count', async (_what, sqlState) => {
    await inject({ table: 'verifications', event: 'INSERT', sqlState, times: 1 });
    const answer = await ask();
    expect([answer.status, answer.body['code']]).toEqual([503, 'service_unavailable']);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.text).not.toContain('planted');
    expect(await tries('verifications', 'insert')).toBe(1);
    expect(service.sinch.calls).toEqual([]);
    expect([await statuses(), await sends()]).toEqual([[], []]);
    expect(service.log.events('http.error').at(-1)).toMatchObject({ sqlState });
    expect((await ask()).status).toBe(200);
  });

  test('check violation: 500 without a retry', async () => {
    await inject({ table: 'verifications', event: 'INSERT', sqlState: '23514', times: 1 });
    const answer = await ask();
    expect([answer.status, answer.body['code']]).toEqual([500, 'internal_error']);
    expect(await tries('verifications', 'insert')).toBe(1);
    expect(service.sinch.calls).toEqual([]);
  });
});
