import { USED } from '../../../../src/services/operations/operator.sql.js';
import { RecordsDatabase } from '../verifications/records-harness.js';

const WINDOW = 3_600;

/** A counter has 61 slots of a sixtieth of its window. */
describe('the counter of a shared limit', () => {
  let database: RecordsDatabase;
  beforeAll(async () => {
    database = await RecordsDatabase.open();
  });
  afterEach(() => database.rows('TRUNCATE limit_counters'));
  afterAll(() => database.close());

  test.each<[number[], number[], number, number[], number[]]>([
    [[100], [2], 100, [100], [3]],
    [[100], [2], 101, [100, 101], [2, 1]],
    // A transaction that has waited counts in its own, earlier slot.
    [[100, 102], [2, 3], 101, [100, 101, 102], [2, 1, 3]],
    [[100, 102], [2, 3], 100, [100, 102], [3, 3]],
    [[100, 102], [2, 3], 99, [99, 100, 102], [1, 2, 3]],
    // 61 slots count: the newest, and the sixty before it.
    [[40, 100], [2, 3], 100, [40, 100], [2, 4]],
    [[40, 100], [2, 3], 101, [100, 101], [3, 1]],
    [[39, 100], [2, 3], 100, [100], [4]],
    [[41, 100], [2, 3], 101, [41, 100, 101], [2, 3, 1]],
    [[1, 2, 3], [1, 1, 1], 900, [900], [1]],
  ])('of slots %j with %j hits, after one in slot %d, is %j, %j', async (...row) => {
    const [slots, counts, slot, newSlots, newCounts] = row;
    expect(
      await database.rows(`SELECT * FROM counter_add($1::bigint[], $2::int[], $3::bigint)`, [
        slots,
        counts,
        slot,
      ]),
    ).toEqual([{ slots: newSlots.map(String), counts: newCounts }]);
  });

  test.each<[number[], number[], number, number | null]>([
    [[0], [2], 2, null],
    [[0], [3], 2, 61],
    [[-10, 0], [1, 2], 3, null],
    [[-10, 0], [1, 2], 2, 51],
    [[-10, 0], [1, 3], 2, 61],
    // A slot counts until it has left the window whole.
    [[-60, 0], [1, 2], 2, 1],
    [[-61, 0], [1, 2], 2, null],
    [[-30, -20, -10], [1, 1, 1], 1, 41],
    [[-30, -20, -10], [1, 1, 1], 0, 51],
  ])(
    'of slots %j from now with %j hits and a quota of %d has room after %p slots',
    async (slots, counts, quota, wait) => {
      // The start of the current slot, so that the test does not depend on the time.
      const [row] = await database.rows(
        `SELECT counter_wait(ARRAY(SELECT slot_of(now(), $4::int) + s FROM unnest($1::int[]) WITH ORDINALITY AS o (s, place) ORDER BY place),
           $2::int[], $3::int, $4::int) AS wait,
         extract(epoch FROM now())::float8 - slot_of(now(), $4::int) * $4::int / 60.0::float8 AS passed`,
        [slots, counts, quota, WINDOW],
      );
      if (wait === null) expect(row!['wait']).toBeNull();
      else
        expect(Number(row!['wait']) + Number(row!['passed'])).toBeCloseTo((wait * WINDOW) / 60, 2);
    },
  );

  test('is used by all its parts together, within the window', async () => {
    await database.rows(
      `INSERT INTO limit_counters (limit_name, key, window_seconds, slots, counts)
       SELECT 'send-total', key, $1::int, ARRAY[slot_of(now(), $1::int) - 62, slot_of(now(), $1::int)], '{9,2}'
       FROM unnest('{all,all/0,all/63,allied,other/0}'::text[]) AS key`,
      [WINDOW],
    );
    expect(
      await database.rows(USED, [['send-total'], ['all'], [2_000], [WINDOW], '+14155552671']),
    ).toEqual([{ name: 'send-total', key: 'all', quota: 2_000, windowSeconds: WINDOW, used: 6 }]);
  });

  test('of one window is compared with the quota of that window only', async () => {
    await database.rows(
      `INSERT INTO limit_counters (limit_name, key, window_seconds, slots, counts)
       VALUES ('a', 'k', 86400, ARRAY[slot_of(now(), 86400) - 10], '{3}')`,
    );
    const take = () =>
      database.rows(
        `SELECT refused_by AS by, quota, window_seconds AS seconds FROM take_limits('{a,a}', '{k,k}', '{2,5}', '{60,86400}')`,
      );
    expect(await take()).toEqual([]);
    expect(await take()).toEqual([]);
    expect(await take()).toEqual([{ by: 'a', quota: 5, seconds: 86_400 }]);
  });

  test('gives a hit back to the slot in which it was counted, and never less than none', async () => {
    await database.rows(
      `INSERT INTO limit_counters (limit_name, key, window_seconds, slots, counts) VALUES
         ('a', 'k', 60, ARRAY[slot_of(now(), 60) - 2, slot_of(now(), 60)], '{2,5}'),
         ('b', 'k', 60, ARRAY[slot_of(now(), 60) - 2], '{0}'),
         ('c', 'k', 60, ARRAY[slot_of(now(), 60)], '{5}')`,
    );
    // The test may cross into the next slot.
    const [hit] = await database.rows(
      `SELECT to_timestamp(slots[1] + 0.5) AS at FROM limit_counters WHERE limit_name = 'a'`,
    );
    const names = ['a', 'b', 'c', 'd'];
    const bind = [names, names.map(() => 'k'), names.map(() => 60), hit!['at']];
    expect(
      await database.rows(
        `SELECT give_back($1::text[], $2::text[], $3::int[], $4::timestamptz) AS changed`,
        bind,
      ),
    ).toEqual([{ changed: 2 }]);
    expect(
      await database.rows('SELECT limit_name AS name, counts FROM limit_counters ORDER BY 1'),
    ).toEqual([
      { name: 'a', counts: [1, 5] },
      { name: 'b', counts: [0] },
      { name: 'c', counts: [5] },
    ]);
  });
});

describe('the log of a number', () => {
  let database: RecordsDatabase;
  beforeAll(async () => {
    database = await RecordsDatabase.open();
  });
  afterAll(() => database.close());

  test.each<[number[], number[], number[]]>([
    [[], [5], [0]],
    [[-9, -3], [5], [-9, -3, 0]],
    // As many as the largest quota.
    [
      [-9, -3],
      [1, 2],
      [-3, 0],
    ],
    [[-9, -3], [], [-9, -3]],
    // now() of a transaction that waited for the row.
    [[-9, 3], [5], [-9, 0, 3]],
    [[-9, 3, 4], [3], [0, 3, 4]],
  ])('of entries at %j s, with quotas of %j, becomes %j', async (before, quotas, after) => {
    const [row] = await database.rows(
      `SELECT log_add(ARRAY(SELECT now() + s * interval '1 second' FROM unnest($1::int[]) WITH ORDINALITY AS o (s, place) ORDER BY place), $2::int[])
         = ARRAY(SELECT now() + s * interval '1 second' FROM unnest($3::int[]) WITH ORDINALITY AS o (s, place) ORDER BY place) AS same`,
      [before, quotas, after],
    );
    expect(row).toEqual({ same: true });
  });
});
