import pg from 'pg';
import { administer } from '../../../support/database.js';
import { shuffled } from '../../../support/shuffled.js';
import {
  RecordServices,
  outcomeOf,
  RecordsDatabase,
  freshNumbers,
  opened,
  taken,
  concurrently,
} from './records-harness.js';

describe('concurrent verifications under contention', () => {
  let database: RecordsDatabase;
  let services: RecordServices;
  const rows = (sql: string, bind?: unknown[]) => database.rows(sql, bind);

  beforeEach(async () => {
    database = await RecordsDatabase.open();
    services = new RecordServices(database.connections);
  });
  afterEach(() => database.close());

  test('do not wait for one whose row is locked', async () => {
    const phones = freshNumbers(5);
    await database.verifyAll(services, phones, concurrently);
    await database.db.query('UPDATE phone_limits SET next_send_at = now()');
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM phone_limits WHERE phone_key = $1 FOR UPDATE', [phones[2]]);
      const begunAt = performance.now();
      const waiting = services.open(phones[2]!);
      const others = phones.filter((phone) => phone !== phones[2]);
      await concurrently(others, async (phone) => opened(await services.open(phone)));
      expect(performance.now() - begunAt).toBeLessThan(1_400);
      await holder.query('ROLLBACK');
      expect(outcomeOf(await waiting)).toBe('opened');
    } finally {
      await holder.end();
    }
  });

  test('of two processes never exceed a shared limit', async () => {
    const tight = { sendTotal: [{ count: 20, windowSeconds: 3_600 }] };
    const both = database.twoProcesses(tight);
    const words = [];
    for (const size of [4, 8, 32]) {
      const outcomes = await Promise.all(
        both.map((one) => concurrently(freshNumbers(size), (phone) => one.open(phone))),
      );
      words.push(...outcomes.flat().map(outcomeOf));
    }
    expect(words.filter((word) => word === 'opened')).toHaveLength(20);
    expect(words.filter((word) => word === 'send-total')).toHaveLength(2 * 44 - 20);
    expect(await rows('SELECT count(*)::int AS n FROM verifications')).toEqual([{ n: 20 }]);
    expect(await database.counted()).toMatchObject(Array(4).fill({ n: 20 }));
  });

  test('of two processes never deadlock', async () => {
    const quiet = { resendCooldownSeconds: 0, sendPerPhone: [], wrongPerPhone: [] };
    const both = database.twoProcesses(quiet);
    const phones = freshNumbers(24);
    for (let round = 0; round < 8; round += 1) {
      const begun = await Promise.all(
        both.map(async (one) => {
          const fresh = await concurrently(shuffled(phones), async (phone, i) =>
            opened(await one.open(phone, { country: i % 2 === 0 ? 'US' : 'CA' })),
          );
          await concurrently(fresh, (each) => one.sent(each));
          return fresh;
        }),
      );
      // Both processes take both verifications of every number.
      const held = await Promise.all(
        both.map((one) =>
          concurrently(shuffled(begun.flat()), async ({ id }) => taken(await one.take(id))),
        ),
      );
      const won = await Promise.all(
        both.map((one, i) => concurrently(shuffled(held[i]!), (each) => one.approve(each))),
      );
      expect(won.flat().filter((at) => at !== undefined)).toHaveLength(2 * phones.length);
    }
    expect(
      await rows(`SELECT count(*)::int AS n FROM verifications WHERE status = 'verified'`),
    ).toEqual([{ n: 8 * 48 }]);
    // The first round verifies each number, the others send to verified ones.
    expect(await database.counted()).toEqual([
      { limit_name: 'send-all-applications', n: 48 },
      { limit_name: 'send-per-country', n: 48 },
      { limit_name: 'send-per-prefix', n: 48 },
      { limit_name: 'send-to-verified', n: 7 * 48 },
      { limit_name: 'send-to-verified-all-applications', n: 7 * 48 },
      { limit_name: 'send-to-verified-total', n: 7 * 48 },
      { limit_name: 'send-total', n: 48 },
    ]);
    expect(both.flatMap((one) => one.statements.failures)).toEqual([]);
    // Connections report deadlocks when they close.
    await database.disconnect();
    const { rows: deadlockRows } = await administer(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
      database.url,
    );
    expect(deadlockRows).toEqual([{ deadlocks: 0 }]);
  });
});
