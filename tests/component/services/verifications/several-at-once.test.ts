import type { Verification } from '../../../../src/domain/verification.js';
import { newVerificationId } from '../../../../src/domain/verification-id.js';
import { Books, by, Ledger, numbers, oneByOne, opened, taken, together } from './books.js';

const HOUR = 3_600;

describe('several verifications at once', () => {
  let ledger: Ledger;
  let books: Books;
  const rows = (sql: string, bind?: unknown[]) => ledger.rows(sql, bind);

  beforeEach(async () => {
    ledger = await Ledger.open();
    books = new Books(ledger.db);
  });
  afterEach(() => ledger.close());

  test('take four statements, and leave what each would have left alone', async () => {
    const many = await ledger.wholeWay(books, numbers(7), together);
    expect(books.asked()).toEqual([
      ...['open_several', 'mark_several_sent', 'take_several_attempts', 'mark_several_verified'],
    ]);
    expect(await ledger.counted()).toEqual([
      { limit_name: 'send-per-country', n: 7 },
      { limit_name: 'send-per-prefix', n: 7 },
      { limit_name: 'send-total', n: 7 },
    ]);
    const each = await ledger.wholeWay(books, numbers(7), oneByOne);
    expect(new Set(books.asked())).toEqual(new Set(['one']));
    expect(many).toEqual(each);
    expect(many).toHaveLength(7);
    // The second time the rows are there.
    expect(await ledger.counted()).toMatchObject([{ n: 14 }, { n: 14 }, { n: 14 }]);
  });

  test.each([together, oneByOne])(
    'of numbers that have been here before go on from there',
    async (step) => {
      const phones = numbers(4);
      const standing = () =>
        rows(`SELECT cooldown_step, cardinality(sends) AS sends, cardinality(guesses) AS guesses, count(*)::int AS numbers,
        extract(epoch FROM next_send_at - last_send_at)::int AS wait FROM phone_limits GROUP BY 1, 2, 3, 5`);
      await ledger.wholeWay(books, phones, together);
      const next = async () => {
        await ledger.db.query(`UPDATE phone_limits SET next_send_at = now()`);
        (await step(phones, (phone) => books.open(phone))).forEach(opened);
      };
      await next();
      expect(await standing()).toEqual([
        { cooldown_step: 1, sends: 2, guesses: 1, numbers: 4, wait: 30 },
      ]);
      await next();
      expect(await standing()).toEqual([
        { cooldown_step: 2, sends: 3, guesses: 2, numbers: 4, wait: 60 },
      ]);
      expect(await ledger.counted()).toMatchObject([{ n: 12 }, { n: 12 }, { n: 12 }]);
    },
  );

  test('carry what is particular to each of them', async () => {
    const [a, b, c] = numbers(3) as [string, string, string];
    const binding = { amount: '39.99', currency: 'EUR', payee: 'O"Neil, Söhne & {Co}' };
    const loginId = '0f8fad5b-d9cb-469f-a165-70867728950e';
    await ledger.db.query(
      `INSERT INTO idempotency_keys (key_hash, request_hash) VALUES ('k-b', 'r')`,
    );
    const [first, second] = (
      await Promise.all([
        books.open(a, { purpose: 'transaction', binding }),
        books.open(b, { locale: 'de', channel: 'voice' }, 'k-b'),
        books.open(c, { loginId } as Partial<Verification>),
      ])
    ).map(opened);
    expect(books.asked()).toEqual(['open_several']);
    expect(
      await rows(
        'SELECT phone_number, purpose, binding, locale, channel, reference, login_id FROM verifications ORDER BY phone_number',
      ),
    ).toEqual(
      [
        {
          phone_number: a,
          purpose: 'transaction',
          binding,
          locale: null,
          channel: 'sms',
          login_id: null,
        },
        {
          phone_number: b,
          purpose: 'login',
          binding: null,
          locale: 'de',
          channel: 'voice',
          login_id: null,
        },
        {
          phone_number: c,
          purpose: 'login',
          binding: null,
          locale: null,
          channel: 'sms',
          login_id: loginId,
        },
      ].map((row) => ({ ...row, reference: 'order "7" \\ of {today}' })),
    );
    expect(await rows('SELECT verification_id FROM idempotency_keys')).toEqual([
      { verification_id: second!.id },
    ]);
    expect((await books.sent(first!))?.binding).toEqual(binding);
  });

  test('are refused as they would be alone, each for itself', async () => {
    const [fine, blocked, safe, cooling, full, stopped, other] = numbers(7) as [
      string,
      ...string[],
    ];
    const refused = [blocked, cooling, full, stopped] as string[];
    await ledger.db.query(
      `INSERT INTO number_rules (pattern, kind) VALUES ('${blocked}', 'block'), ('${safe}', 'safe')`,
    );
    await ledger.db.query(`
      INSERT INTO phone_limits (phone_number, next_send_at, last_send_at, sends, wrong_run) VALUES
        ('${cooling}', now() + interval '20 seconds', now() - interval '10 seconds', '{}', 0),
        ('${full}', NULL, NULL, ARRAY[now() - interval '3 minutes', now() - interval '2 minutes', now() - interval '1 minute'], 0),
        ('${stopped}', NULL, NULL, '{}', 100)`);
    const before = await rows('SELECT * FROM phone_limits ORDER BY phone_number');
    const all = [fine, blocked, safe, cooling, full, stopped, other] as string[];
    const outcomes = await together(all, (phone) => books.open(phone));
    expect(outcomes.map(by)).toEqual([
      ...['opened', 'blocked', 'opened', 'cooldown', 'send-per-phone', 'stopped', 'opened'],
    ]);
    expect(books.asked()).toEqual(['open_several', 'one', 'one', 'one', 'one', 'one']);
    const held = await rows(
      'SELECT * FROM phone_limits WHERE phone_number = ANY ($1) ORDER BY phone_number',
      [refused],
    );
    expect(held).toEqual(before);
    expect(await rows('SELECT phone_number FROM verifications ORDER BY phone_number')).toEqual(
      [fine, safe, other].map((phone_number) => ({ phone_number })),
    );
    // What is on the safe list counts against its own limits only.
    expect(await ledger.counted()).toMatchObject([{ n: 2 }, { n: 2 }, { n: 2 }]);
  });

  test.each([1, 5, 12])('never exceed a budget that they share: %i of 12', async (count) => {
    books = new Books(ledger.db, { sendTotal: [{ count, windowSeconds: HOUR }] });
    const outcomes = await together(numbers(12), (phone) => books.open(phone));
    expect(outcomes.map(by).filter((one) => one === 'opened')).toHaveLength(count);
    expect(outcomes.map(by).filter((one) => one === 'send-total')).toHaveLength(12 - count);
    expect(await rows('SELECT count(*)::int AS n FROM verifications')).toEqual([{ n: count }]);
    expect(await ledger.counted()).toMatchObject([{ n: count }, { n: count }, { n: count }]);
    expect(await rows('SELECT count(*)::int AS n FROM phone_limits')).toEqual([{ n: count }]);
  });

  test('spend attempts of those only that can be checked', async () => {
    const phones = numbers(5);
    const begun = (await together(phones, (phone) => books.open(phone))).map(opened);
    const [fine, late, spent, stopped, sending] = begun as [Verification, ...Verification[]];
    await together([fine, late!, spent!, stopped!], (one) => books.sent(one));
    await ledger.db.query(`UPDATE verifications SET expires_at = now() WHERE id = '${late!.id}'`);
    await ledger.db.query(`UPDATE verifications SET attempts = 5 WHERE id = '${spent!.id}'`);
    await ledger.db.query(
      `UPDATE phone_limits SET wrong_run = 100 WHERE phone_number = '${stopped!.phoneNumber}'`,
    );
    const ids = [fine, late!, spent!, stopped!, sending!].map(({ id }) => id);
    const outcomes = await together([...ids, newVerificationId()], (id) => books.take(id));
    expect(
      outcomes.map((one) => ('id' in one ? 'taken' : 'by' in one ? one.by : one.reason)),
    ).toEqual([...['taken', 'expired', 'exhausted', 'stopped', 'sending', 'not_found']]);
    expect(
      await rows('SELECT id, attempts FROM verifications WHERE attempts > 0 ORDER BY attempts'),
    ).toEqual([
      { id: fine.id, attempts: 1 },
      { id: spent!.id, attempts: 5 },
    ]);
    const run = await rows('SELECT sum(wrong_run)::int AS n FROM phone_limits');
    expect(run).toEqual([{ n: 101 }]);
  });

  test('of one number are each counted against it', async () => {
    const [phone, other] = numbers(2) as [string, string];
    books = new Books(ledger.db, { resendCooldownSeconds: 0 });
    const purposes = ['login', 'register', 'transfer'];
    const begun = await oneByOne(purposes, async (purpose) =>
      opened(await books.open(phone, { purpose })),
    );
    begun.push(opened(await books.open(other)));
    await together(begun, (one) => books.sent(one));
    const held = (await together(begun, (one) => books.take(one.id))).map(taken);
    expect(held.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    const run = 'SELECT wrong_run FROM phone_limits ORDER BY phone_number';
    expect(await rows(run)).toEqual([{ wrong_run: 3 }, { wrong_run: 1 }]);
    await together(held, (one) => books.approve(one));
    expect(await rows(`SELECT cardinality(guesses) AS left, wrong_run FROM phone_limits`)).toEqual([
      ...[
        { left: 0, wrong_run: 0 },
        { left: 0, wrong_run: 0 },
      ],
    ]);
    expect(await rows(`SELECT count(*)::int AS n FROM users WHERE status = 'verified'`)).toEqual([
      { n: 2 },
    ]);
  });

  test('succeed once each, and not when they have ended meanwhile', async () => {
    const begun = (await together(numbers(3), (phone) => books.open(phone))).map(opened);
    await together(begun, (one) => books.sent(one));
    const held = (await together(begun, (one) => books.take(one.id))).map(taken);
    await books.records.cancel(held[1]!.id);
    const twice = await together([...held, ...held], (one) => books.approve(one));
    expect(twice.filter((at) => at !== undefined)).toHaveLength(2);
    expect(
      await rows(`SELECT verification_id FROM verification_events WHERE type = 'verified'`),
    ).toHaveLength(2);
    expect(await rows('SELECT status FROM verifications ORDER BY phone_number')).toEqual([
      ...[{ status: 'verified' }, { status: 'cancelled' }, { status: 'verified' }],
    ]);
    expect(await rows('SELECT id FROM users')).toHaveLength(2);
  });
});
