import pg from 'pg';
import { createSequelize } from '../../../src/database/connection.js';
import { Books, by, Ledger, numbers, opened, taken, together } from './books.js';

describe('several verifications at once, beside others,', () => {
  let ledger: Ledger;
  let books: Books;
  const rows = (sql: string, bind?: unknown[]) => ledger.rows(sql, bind);

  beforeEach(async () => {
    ledger = await Ledger.open();
    books = new Books(ledger.db);
  });
  afterEach(() => ledger.close());

  test('do not wait for one whose row somebody holds', async () => {
    const phones = numbers(5);
    await ledger.wholeWay(books, phones, together);
    await ledger.db.query('UPDATE phone_limits SET next_send_at = now()');
    const holder = new pg.Client({ connectionString: ledger.url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM phone_limits WHERE phone_number = $1 FOR UPDATE', [
        phones[2],
      ]);
      const begunAt = performance.now();
      const waiting = books.open(phones[2]!);
      const others = phones.filter((phone) => phone !== phones[2]);
      await together(others, async (phone) => opened(await books.open(phone)));
      expect(performance.now() - begunAt).toBeLessThan(1_000);
      await holder.query('ROLLBACK');
      expect(by(await waiting)).toBe('opened');
    } finally {
      await holder.end();
    }
  });

  test('of two processes never wait for each other in a circle', async () => {
    const far = createSequelize({ url: ledger.url, poolMax: 10 });
    try {
      const quiet = { resendCooldownSeconds: 0, sendPerPhone: [], wrongPerPhone: [] };
      const both = [new Books(ledger.db, quiet), new Books(far, quiet)];
      const phones = numbers(24);
      const shuffled = () =>
        phones.map((phone) => [Math.random(), phone] as const).sort(([a], [b]) => a - b);
      for (let round = 0; round < 8; round += 1) {
        await Promise.all(
          both.map(async (one) => {
            const begun = await together(shuffled(), async ([order, phone]) =>
              opened(await one.open(phone, { country: order < 0.5 ? 'US' : 'CA' })),
            );
            await together(begun, (each) => one.sent(each));
            const held = (await together(begun, (each) => one.take(each.id))).map(taken);
            await together(held, (each) => one.approve(each));
          }),
        );
      }
      expect(
        await rows(`SELECT count(*)::int AS n FROM verifications WHERE status = 'verified'`),
      ).toEqual([{ n: 8 * 48 }]);
      expect(await ledger.counted()).toMatchObject([{ n: 8 * 48 }, { n: 8 * 48 }, { n: 8 * 48 }]);
      // Nobody was told to give way, either.
      expect(both.flatMap((one) => one.asked())).not.toContain('one');
      // Told by each connection when it ends.
      await far.close();
      await ledger.db.close();
      const watcher = new pg.Client({ connectionString: ledger.url });
      await watcher.connect();
      const { rows: said } = await watcher.query(
        'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
      );
      await watcher.end();
      expect(said).toEqual([{ deadlocks: 0 }]);
    } finally {
      await far.close();
    }
  });
});
