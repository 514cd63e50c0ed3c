import { DEFAULT_APPLICATION } from '../../../../src/domain/caller.js';
import type { Verification } from '../../../../src/domain/verification.js';
import { newVerificationId } from '../../../../src/domain/verification-id.js';
import {
  RecordServices,
  outcomeOf,
  RecordsDatabase,
  freshNumbers,
  sequentially,
  opened,
  taken,
  concurrently,
} from './records-harness.js';

const HOUR = 3_600;

describe('concurrent verifications', () => {
  let database: RecordsDatabase;
  let services: RecordServices;
  const rows = (sql: string, bind?: unknown[]) => database.rows(sql, bind);

  beforeEach(async () => {
    database = await RecordsDatabase.open();
    services = new RecordServices(database.connections);
  });
  afterEach(() => database.close());

  test('take four statements and write the same rows as sequential ones', async () => {
    const many = await database.verifyAll(services, freshNumbers(7), concurrently);
    expect(services.takeStatements()).toEqual([
      ...['open_verifications', 'mark_sent', 'take_attempts', 'mark_verified'],
    ]);
    expect(await database.counted()).toEqual([
      { limit_name: 'send-all-applications', n: 7 },
      { limit_name: 'send-per-country', n: 7 },
      { limit_name: 'send-per-prefix', n: 7 },
      { limit_name: 'send-total', n: 7 },
    ]);
    const each = await database.verifyAll(services, freshNumbers(7), sequentially);
    expect(new Set(services.takeStatements())).toEqual(new Set(['one']));
    expect(many).toEqual(each);
    expect(many).toHaveLength(7);
    // The second run updates existing counters.
    expect(await database.counted()).toMatchObject(Array(4).fill({ n: 14 }));
  });

  test.each([concurrently, sequentially])(
    'of known numbers continue from the stored counts',
    async (step) => {
      const phones = freshNumbers(4);
      const standing = () =>
        rows(`SELECT cooldown_step, cardinality(sends) AS sends, cardinality(guesses) AS guesses, count(*)::int AS numbers,
        extract(epoch FROM next_send_at - last_send_at)::int AS wait FROM phone_limits GROUP BY 1, 2, 3, 5`);
      await database.verifyAll(services, phones, concurrently);
      const next = async () => {
        await database.db.query(`UPDATE phone_limits SET next_send_at = now()`);
        (await step(phones, (phone) => services.open(phone))).forEach(opened);
      };
      await next();
      expect(await standing()).toEqual([
        { cooldown_step: 1, sends: 2, guesses: 1, numbers: 4, wait: 30 },
      ]);
      await next();
      expect(await standing()).toEqual([
        { cooldown_step: 2, sends: 3, guesses: 2, numbers: 4, wait: 60 },
      ]);
      // Once verified, a number draws on budgets of its own.
      expect(await database.counted()).toEqual([
        { limit_name: 'send-all-applications', n: 4 },
        { limit_name: 'send-per-country', n: 4 },
        { limit_name: 'send-per-prefix', n: 4 },
        { limit_name: 'send-to-verified', n: 8 },
        { limit_name: 'send-to-verified-all-applications', n: 8 },
        { limit_name: 'send-to-verified-total', n: 8 },
        { limit_name: 'send-total', n: 4 },
      ]);
    },
  );

  test('record the key of each check with its own success', async () => {
    const sent = (
      await sequentially(freshNumbers(4), async (phone) => {
        const one = opened(await services.open(phone));
        await services.sent(one);
        return taken(await services.take(one.id));
      })
    ).map((one, i) => ({ one, key: { keyHash: `k-${i}`, requestHash: `r-${i}` } }));
    await database.db.query(
      `INSERT INTO check_keys (key_hash, request_hash, expires_at)
       VALUES ('k-0', 'r-0', now()), ('k-1', 'r-1', now()), ('k-2', 'of another check', now())`,
    );
    services.takeStatements();
    await Promise.all(sent.map(({ one, key }, i) => services.approve(one, i < 3 ? key : null)));
    expect(services.takeStatements()).toEqual(['mark_verified']);
    expect(
      await rows(
        `SELECT verification_id AS id, extract(epoch FROM expires_at - now())::int > 50 AS kept
         FROM check_keys ORDER BY key_hash`,
      ),
    ).toEqual([
      { id: sent[0]!.one.id, kept: true },
      { id: sent[1]!.one.id, kept: true },
      { id: null, kept: false },
    ]);
  });

  test('keep the fields of each verification', async () => {
    const [a, b, c] = freshNumbers(3) as [string, string, string];
    const binding = { amount: '39.99', currency: 'EUR', payee: 'O"Neil, Söhne & {Co}' };
    const loginId = '0f8fad5b-d9cb-469f-a165-70867728950e';
    await database.db.query(
      `INSERT INTO idempotency_keys (key_hash, request_hash) VALUES ('k-b', 'r')`,
    );
    const [first, second] = (
      await Promise.all([
        services.open(a, { purpose: 'transaction', binding }),
        services.open(b, { locale: 'de', channel: 'voice' }, 'k-b'),
        services.open(c, { loginId } as Partial<Verification>),
      ])
    ).map(opened);
    expect(services.takeStatements()).toEqual(['open_verifications']);
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
    expect((await services.sent(first!))?.binding).toEqual(binding);
  });

  test('are refused individually, as sequential ones are', async () => {
    const [fine, blocked, safe, cooling, full, stopped, other] = freshNumbers(7) as [
      string,
      ...string[],
    ];
    const refused = [blocked, cooling, full, stopped] as string[];
    await database.db.query(
      `INSERT INTO number_rules (pattern, kind) VALUES ('${blocked}', 'block'), ('${safe}', 'safe')`,
    );
    await database.db.query(`
      INSERT INTO phone_limits (phone_key, next_send_at, last_send_at, sends, wrong_run) VALUES
        ('${cooling}', now() + interval '20 seconds', now() - interval '10 seconds', '{}', 0),
        ('${full}', NULL, NULL, ARRAY[now() - interval '3 minutes', now() - interval '2 minutes', now() - interval '1 minute'], 0),
        ('${stopped}', NULL, NULL, '{}', 100)`);
    const before = await rows('SELECT * FROM phone_limits ORDER BY phone_key');
    const all = [fine, blocked, safe, cooling, full, stopped, other] as string[];
    const outcomes = await concurrently(all, (phone) => services.open(phone));
    expect(outcomes.map(outcomeOf)).toEqual([
      ...['opened', 'blocked', 'opened', 'cooldown', 'send-per-phone', 'stopped', 'opened'],
    ]);
    expect(services.takeStatements()).toEqual(['open_verifications', 'one', 'one', 'one', 'one']);
    const held = await rows(
      'SELECT * FROM phone_limits WHERE phone_key = ANY ($1) ORDER BY phone_key',
      [refused],
    );
    expect(held).toEqual(before);
    expect(await rows('SELECT phone_number FROM verifications ORDER BY phone_number')).toEqual(
      [fine, safe, other].map((phone_number) => ({ phone_number })),
    );
    // Safe numbers count only against their own limits.
    expect(await database.counted()).toMatchObject(Array(4).fill({ n: 2 }));
  });

  test.each([1, 5, 12])('never exceed a shared limit: %i of 12', async (count) => {
    services = new RecordServices(database.connections, {
      sendTotal: [{ count, windowSeconds: HOUR }],
    });
    const outcomes = await concurrently(freshNumbers(12), (phone) => services.open(phone));
    expect(outcomes.map(outcomeOf).filter((one) => one === 'opened')).toHaveLength(count);
    expect(outcomes.map(outcomeOf).filter((one) => one === 'send-total')).toHaveLength(12 - count);
    expect(await rows('SELECT count(*)::int AS n FROM verifications')).toEqual([{ n: count }]);
    expect(await database.counted()).toMatchObject(Array(4).fill({ n: count }));
    expect(await rows('SELECT count(*)::int AS n FROM phone_limits')).toEqual([{ n: count }]);
  });

  test('let 2,000 through a divided limit of 2,000, and no more', async () => {
    services = new RecordServices(database.connections, {
      sendTotal: [{ count: 2_000, windowSeconds: HOUR }],
    });
    // Two parts by the last digits of the number, each short of one message.
    await database.db.query(
      `INSERT INTO limit_counters (limit_name, key, window_seconds, slots, counts)
       SELECT 'send-total', key, ${HOUR}, ARRAY[slot_of(now(), ${HOUR})], '{999}' FROM unnest('{all/0,all/1}'::text[]) AS key`,
    );
    const outcomes = await concurrently(freshNumbers(6), (phone) => services.open(phone));
    expect(outcomes.map(outcomeOf).toSorted()).toEqual([
      ...Array.from({ length: 2 }, () => 'opened'),
      ...Array.from({ length: 4 }, () => 'send-total'),
    ]);
    const refusal = outcomes.find((one) => 'by' in one);
    expect(refusal).toMatchObject({ limit: { quota: 2_000, windowSeconds: HOUR } });
    expect(await database.counted()).toMatchObject([{ n: 2 }, { n: 2 }, { n: 2 }, { n: 2_000 }]);
  });

  test('spend attempts only of checkable verifications', async () => {
    const phones = freshNumbers(5);
    const begun = (await concurrently(phones, (phone) => services.open(phone))).map(opened);
    const [fine, late, spent, stopped, sending] = begun as [Verification, ...Verification[]];
    await concurrently([fine, late!, spent!, stopped!], (one) => services.sent(one));
    await database.db.query(`UPDATE verifications SET expires_at = now() WHERE id = '${late!.id}'`);
    await database.db.query(`UPDATE verifications SET attempts = 5 WHERE id = '${spent!.id}'`);
    await database.db.query(
      `UPDATE phone_limits SET wrong_run = 100 WHERE phone_key = '${stopped!.phoneNumber}'`,
    );
    const ids = [fine, late!, spent!, stopped!, sending!].map(({ id }) => id);
    const outcomes = await concurrently([...ids, newVerificationId(Date.now())], (id) =>
      services.take(id),
    );
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

  test('of one number each count against its limits', async () => {
    const [phone, other] = freshNumbers(2) as [string, string];
    services = new RecordServices(database.connections, { resendCooldownSeconds: 0 });
    const purposes = ['login', 'register', 'transfer'];
    const begun = await sequentially(purposes, async (purpose) =>
      opened(await services.open(phone, { purpose })),
    );
    begun.push(opened(await services.open(other)));
    await concurrently(begun, (one) => services.sent(one));
    const held = (await concurrently(begun, (one) => services.take(one.id))).map(taken);
    expect(held.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    const run = 'SELECT wrong_run FROM phone_limits ORDER BY phone_key';
    expect(await rows(run)).toEqual([{ wrong_run: 3 }, { wrong_run: 1 }]);
    await concurrently(held, (one) => services.approve(one));
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

  test('succeed once each, unless cancelled meanwhile', async () => {
    const begun = (await concurrently(freshNumbers(3), (phone) => services.open(phone))).map(
      opened,
    );
    await concurrently(begun, (one) => services.sent(one));
    const held = (await concurrently(begun, (one) => services.take(one.id))).map(taken);
    await services.records.cancel(held[1]!.id, DEFAULT_APPLICATION);
    const twice = await concurrently([...held, ...held], (one) => services.approve(one));
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
