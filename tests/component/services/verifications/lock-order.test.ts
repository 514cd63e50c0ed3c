import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { administer } from '../../../support/database.js';
import { ArrayStatements, HOUR, opening, type Item } from './array-harness.js';
import { freshNumbers } from './records-harness.js';

const MIDDLE = 2;

/** Statements that lock the same rows in the same order never deadlock, however their items are ordered. */
describe('statements of several lock', () => {
  let statements: ArrayStatements;
  let holder: pg.Client;
  beforeAll(async () => {
    statements = await ArrayStatements.open();
    // Leaves time to look at the locks of a statement that waits.
    await administer(
      `CREATE OR REPLACE FUNCTION short_lock_timeout(items integer) RETURNS void LANGUAGE sql AS ''`,
      statements.database.url,
    );
    holder = new pg.Client({ connectionString: statements.database.url });
    await holder.connect();
  });
  afterAll(async () => {
    await holder.end();
    await statements.database.close();
  });

  const someLockIsAwaited = async () => {
    const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    for (let i = 0; i < 200; i += 1) {
      if ((await statements.rows(sql)).length > 0) return;
      await sleep(5);
    }
    throw new Error('nothing waits');
  };

  /**
   * Stops the statement at the middle one of five rows: it must hold the two before it, and neither of the two
   * after it.
   * @param keys of the rows, in the order of their locks
   */
  const expectOrder = async <T>(
    [table, column]: readonly [string, string],
    keys: readonly string[],
    work: () => Promise<T>,
  ): Promise<T> => {
    const lock = `SELECT ${column} AS key FROM ${table} WHERE ${column} = ANY ($1) FOR UPDATE`;
    await holder.query('BEGIN');
    await holder.query(lock, [[keys[MIDDLE]]]);
    const working = work();
    await someLockIsAwaited();
    const free = await statements.rows(`${lock} SKIP LOCKED`, [keys]);
    await holder.query('ROLLBACK');
    expect(free.map(({ key }) => key).sort()).toEqual(keys.slice(MIDDLE + 1).sort());
    return working;
  };

  /** Five verifications. The order of their ids is the reverse of that of their numbers. */
  const five = async () => {
    const phones = freshNumbers(5);
    const ids: string[] = [];
    for (const phone of phones.toReversed()) {
      // The ids start with the time.
      await sleep(2);
      ids.push(await statements.stored(phone));
    }
    expect(ids.toSorted()).toEqual(ids);
    return { phones, ids };
  };
  const reversed = (ids: readonly string[]): string[] => ids.toReversed();
  const approved = (id: string): Item => ({
    ...{ id, taken_by: 'holder', proof_id: null, channel: 'sms', provider: 'p' },
  });

  test('numbers by key when they open', async () => {
    const phones = freshNumbers(5);
    for (const phone of phones) await statements.number(phone);
    const items = phones.map((phone) => opening(phone)).reverse();
    expect(
      await expectOrder(['phone_limits', 'phone_key'], phones, () => statements.openAll(items)),
    ).toHaveLength(5);
  });

  test('counters by rule, then by key, when they open', async () => {
    const phones = freshNumbers(4);
    // The last rule of the configuration comes last, although its name and key come first.
    const names = ['z', 'a'];
    const items = phones.map((phone, i) =>
      opening(phone, {
        ...{ names, keys: [`key ${4 - i}`, '#'], quotas: [9, 9], windows: [HOUR, HOUR] },
      }),
    );
    const keys = ['key 1', 'key 2', 'key 3', 'key 4', '#'];
    for (const key of keys) {
      await statements.rows(
        `INSERT INTO limit_counters (limit_name, key, window_seconds, slots, counts)
         VALUES ($1, $2, $3, '{1}', '{0}')`,
        [key === '#' ? 'a' : 'z', key, HOUR],
      );
    }
    expect(
      await expectOrder(['limit_counters', 'key'], keys, () => statements.openAll(items)),
    ).toHaveLength(4);
  });

  test('verifications by id when they take attempts', async () => {
    const { ids } = await five();
    expect(
      await expectOrder(['verifications', 'id'], ids, () => statements.takeAll(reversed(ids))),
    ).toHaveLength(5);
  });

  test('numbers by key when they take attempts', async () => {
    const { phones, ids } = await five();
    expect(
      await expectOrder(['phone_limits', 'phone_key'], phones, () => statements.takeAll(ids)),
    ).toHaveLength(5);
  });

  test('numbers by key when they are verified', async () => {
    const { phones, ids } = await five();
    expect(
      await expectOrder(['phone_limits', 'phone_key'], phones, () =>
        statements.markVerified(ids.map(approved)),
      ),
    ).toHaveLength(5);
  });

  test('users by number when they are verified', async () => {
    const { phones, ids } = await five();
    for (const phone of phones)
      await statements.rows(`INSERT INTO users (phone_number, country) VALUES ($1, 'US')`, [phone]);
    expect(
      await expectOrder(['users', 'phone_number'], phones, () =>
        statements.markVerified(ids.map(approved)),
      ),
    ).toHaveLength(5);
  });
});
