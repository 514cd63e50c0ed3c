import { noteSecret } from '../support/evidence.js';
import { faultTriggerSql, type DatabaseFault } from '../support/private-postgres.js';
import { TestService, freshNumber } from '../support/service.js';

/** Rows of a test database that fail as the server itself would make them fail. */
describe('a database that', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await TestService.start({ LIMIT_SEND_PER_PHONE: '9/1h' });
  });
  afterEach(() => service.stop());

  const plant = async (fault: DatabaseFault): Promise<void> => {
    await service.db.query(faultTriggerSql(fault));
  };
  const met = async (table: string, event: string): Promise<number> => {
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
    ['undoes a deadlock', '40P01'],
    ['cannot serialize', '40001'],
  ])('%s', (_what, sqlState) => {
    test('before the message goes out: it is tried again and goes out once', async () => {
      await plant({ table: 'verifications', event: 'INSERT', sqlState, times: 3 });
      expect((await ask()).status).toBe(200);
      expect(await met('verifications', 'insert')).toBe(4);
      expect(service.sinch.calls).toHaveLength(1);
      expect(await statuses()).toEqual([{ status: 'pending' }]);
      expect(await sends()).toEqual([{ sent: 1 }]);
    });

    test('after the message went out: what is tried again is the note of it, not the message', async () => {
      await plant({ table: 'verifications', event: 'UPDATE', sqlState, times: 3 });
      expect((await ask()).status).toBe(200);
      expect(await met('verifications', 'update')).toBe(4);
      expect(service.sinch.calls).toHaveLength(1);
      expect(await statuses()).toEqual([{ status: 'pending' }]);
    });

    test('while a code is checked: one attempt, one comparison, one success', async () => {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      await plant({ table: 'users', event: 'INSERT', sqlState, times: 2 });
      await plant({ table: 'verifications', event: 'UPDATE', sqlState, times: 1 });
      expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
      expect(service.sinch.comparisons).toBe(1);
      expect(await service.rows('SELECT status, attempts FROM verifications')).toEqual([
        { status: 'verified', attempts: 1 },
      ]);
      expect(await service.rows('SELECT status FROM users')).toEqual([{ status: 'verified' }]);
    });

    test('again and again: 503 after the fourth time, no message, nothing counted', async () => {
      await plant({ table: 'verifications', event: 'INSERT', sqlState, times: 1_000 });
      const answer = await ask();
      expect([answer.status, answer.body['code']]).toEqual([503, 'service_unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await met('verifications', 'insert')).toBe(4);
      expect(service.sinch.calls).toEqual([]);
      expect([await statuses(), await sends()]).toEqual([[], []]);
    });
  });

  test.each([
    ['has no room left', '53100'],
    ['has no memory left', '53200'],
    ['is read-only', '25006'],
    ['is going down', '57P01'],
  ])('%s: 503 at once, no message, nothing counted', async (_what, sqlState) => {
    await plant({ table: 'verifications', event: 'INSERT', sqlState, times: 1 });
    const answer = await ask();
    expect([answer.status, answer.body['code']]).toEqual([503, 'service_unavailable']);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.text).not.toContain('planted');
    // Nobody asked for it a second time.
    expect(await met('verifications', 'insert')).toBe(1);
    expect(service.sinch.calls).toEqual([]);
    expect([await statuses(), await sends()]).toEqual([[], []]);
    expect(service.log.events('http.error').at(-1)).toMatchObject({ sqlState });
    expect((await ask()).status).toBe(200);
  });

  test('fails for no reason that waiting could mend: 500, tried once', async () => {
    await plant({ table: 'verifications', event: 'INSERT', sqlState: '23514', times: 1 });
    const answer = await ask();
    expect([answer.status, answer.body['code']]).toEqual([500, 'internal_error']);
    expect(await met('verifications', 'insert')).toBe(1);
    expect(service.sinch.calls).toEqual([]);
  });
});
