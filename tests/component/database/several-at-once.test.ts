import pg from 'pg';
import type { Sequelize } from 'sequelize';
import { createSequelize } from '../../../src/database/connection.js';
import { Statements } from '../../../src/database/statements.js';
import type { TakenVerification, Verification } from '../../../src/domain/verification.js';
import { newSendReference, newVerificationId } from '../../../src/domain/verification-id.js';
import { NumberLimits, type NumberLimitRules } from '../../../src/services/number-limits.js';
import { VerificationAttemptService } from '../../../src/services/verification-attempt.service.js';
import { VerificationRecordService } from '../../../src/services/verification-record.service.js';
import type { NotOpen, Refusal } from '../../../src/services/verification-refusals.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { freshNumber } from '../../support/service.js';

const HOUR = 3_600;
const RULES: NumberLimitRules = {
  resendCooldownSeconds: 30,
  sendPerPhone: [{ count: 3, windowSeconds: HOUR }],
  wrongPerPhone: [{ count: 10, windowSeconds: HOUR }],
  sendPerPrefix: [{ count: 10_000, windowSeconds: HOUR }],
  sendPerCountry: [{ count: 100_000, windowSeconds: 24 * HOUR }],
  sendTotal: [{ count: 100_000, windowSeconds: 24 * HOUR }],
};

/** Knows what it was asked. */
class KnownStatements extends Statements {
  readonly asked: string[] = [];
  override readonly finishing = this;

  override async all<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row[]> {
    this.asked.push(/(\w+_several\w*)\(/.exec(sql)?.[1] ?? 'one');
    return super.all<Row>(sql, bind);
  }
}

/** What one process has of the service. */
class Books {
  readonly statements: KnownStatements;
  readonly records: VerificationRecordService;
  readonly attempts: VerificationAttemptService;

  constructor(
    readonly db: Sequelize,
    rules: Partial<NumberLimitRules> = {},
  ) {
    const limits = new NumberLimits({ ...RULES, ...rules });
    this.statements = new KnownStatements(db, 10);
    const life = { ttlSeconds: 300, maxAttempts: 5 };
    this.records = new VerificationRecordService(this.statements, limits, life);
    this.attempts = new VerificationAttemptService(this.statements, limits);
  }

  /** The statements since the last time. */
  asked(): string[] {
    return this.statements.asked.splice(0);
  }

  open(phoneNumber: string, more: Partial<Verification> = {}, key: string | null = null) {
    const ids = { id: newVerificationId(), sendReference: newSendReference() };
    const texts = { locale: null, reference: 'order "7" \\ of {today}', purpose: 'login' };
    const way = { channel: 'sms' as const, provider: 'sinch-verification', country: 'US' };
    const row = { ...ids, ...texts, ...way, loginId: null, binding: null, phoneNumber, ...more };
    return this.records.open(row, key);
  }

  sent(sending: Verification) {
    return this.records.markSent(sending, { providerReference: 'r-1', codeLength: 4 });
  }

  take(id: string) {
    return this.attempts.take(id);
  }

  approve(taken: TakenVerification) {
    return this.attempts.markVerified(taken, false, `proof-${taken.id}`);
  }
}

type Step = <T, R>(items: readonly T[], work: (item: T) => Promise<R>) => Promise<R[]>;
const together: Step = (items, work) => Promise.all(items.map(work));
const oneByOne: Step = async (items, work) => {
  const results = [];
  for (const item of items) results.push(await work(item));
  return results;
};

const opened = (outcome: Verification | Refusal): Verification => {
  if ('by' in outcome) throw new Error(`refused by ${outcome.by}`);
  return outcome;
};
const taken = (outcome: TakenVerification | Refusal | NotOpen): TakenVerification => {
  if (!('id' in outcome)) throw new Error('not taken');
  return outcome;
};
const by = (outcome: Verification | Refusal): string => ('by' in outcome ? outcome.by : 'opened');
const numbers = (count: number): string[] => Array.from({ length: count }, freshNumber);

/** Everything that was written for these numbers, with times and ids as what they stand for. */
const WRITTEN = `
SELECT jsonb_agg(jsonb_build_object(
  'v', to_jsonb(v) - '{id,phone_number,send_reference,proof_id,created_at,updated_at,send_started_at,expires_at,resend_at,sent_at,verified_at,last_attempt_at}'::text[],
  'life', v.expires_at - v.created_at, 'again', v.resend_at - v.created_at, 'started', v.send_started_at = v.created_at,
  'in order', v.created_at < v.sent_at AND v.sent_at < v.last_attempt_at AND v.last_attempt_at < v.verified_at,
  'proof', v.proof_id = 'proof-' || v.id, 'reference', v.send_reference IS NOT NULL,
  'events', (SELECT jsonb_agg(jsonb_build_array(e.type, e.detail) ORDER BY e.id) FROM verification_events AS e WHERE e.verification_id = v.id),
  'number', to_jsonb(p) - '{phone_number,last_send_at,next_send_at,updated_at,sends,guesses}'::text[],
  'sends', p.sends = ARRAY[v.created_at], 'guesses', p.guesses, 'again at', p.next_send_at - p.last_send_at,
  'user', to_jsonb(u) - '{id,phone_number,verified_at,last_verified_at,created_at,updated_at}'::text[],
  'proved', u.verified_at = v.verified_at AND u.last_verified_at = v.verified_at
) ORDER BY v.phone_number) AS written
FROM verifications AS v JOIN phone_limits AS p USING (phone_number) JOIN users AS u USING (phone_number)
WHERE v.phone_number = ANY ($1)`;

describe('several verifications at once', () => {
  let database: TestDatabase;
  let db: Sequelize;
  let books: Books;

  const rows = async (sql: string, bind: unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await db.query(sql, { bind, raw: true }))[0] as Record<string, unknown>[];
  /** What all numbers together have used up of the shared limits. */
  const counted = async (): Promise<unknown[]> =>
    rows(
      `SELECT limit_name, sum(n)::int AS n FROM limit_counters CROSS JOIN unnest(counts) AS n GROUP BY 1 ORDER BY 1`,
    );

  beforeEach(async () => {
    database = await createTestDatabase();
    db = createSequelize({ url: database.url, poolMax: 10 });
    books = new Books(db);
  });
  afterEach(async () => {
    await db.close();
    await database.drop();
  });

  const wholeWay = async (phones: string[], step: Step): Promise<unknown> => {
    const begun = (await step(phones, (phone) => books.open(phone))).map(opened);
    const pending = await step(begun, (one) => books.sent(one));
    const held = (await step(pending, (one) => books.take(one!.id))).map(taken);
    const at = await step(held, (one) => books.approve(one));
    expect(at.every((moment) => moment instanceof Date)).toBe(true);
    expect(held.map(({ phoneNumber }) => phoneNumber)).toEqual(phones);
    const [all] = await rows(WRITTEN, [phones]);
    return all!['written'];
  };

  test('take four statements, and leave what each would have left alone', async () => {
    const many = await wholeWay(numbers(7), together);
    expect(books.asked()).toEqual([
      ...['open_several', 'mark_several_sent', 'take_several_attempts', 'mark_several_verified'],
    ]);
    expect(await counted()).toEqual([
      { limit_name: 'send-per-country', n: 7 },
      { limit_name: 'send-per-prefix', n: 7 },
      { limit_name: 'send-total', n: 7 },
    ]);
    const each = await wholeWay(numbers(7), oneByOne);
    expect(new Set(books.asked())).toEqual(new Set(['one']));
    expect(many).toEqual(each);
    expect(many).toHaveLength(7);
    // The second time the rows are there.
    expect(await counted()).toMatchObject([{ n: 14 }, { n: 14 }, { n: 14 }]);
  });

  test('of numbers that have been here before go on from there', async () => {
    const phones = numbers(4);
    await wholeWay(phones, together);
    await db.query(`UPDATE phone_limits SET next_send_at = now()`);
    const again = (await together(phones, (phone) => books.open(phone))).map(opened);
    books.asked();
    expect(again).toHaveLength(4);
    expect(
      await rows(`SELECT cooldown_step, cardinality(sends) AS sends, cardinality(guesses) AS guesses,
        extract(epoch FROM next_send_at - last_send_at)::int AS wait FROM phone_limits GROUP BY 1, 2, 3, 4`),
    ).toEqual(
      [{ cooldown_step: 1, sends: 2, guesses: 1, wait: 60 }].map((row) => ({
        ...row,
        wait: expect.any(Number),
      })),
    );
  });

  test('carry what is particular to each of them', async () => {
    const [a, b, c] = numbers(3) as [string, string, string];
    const binding = { amount: '39.99', currency: 'EUR', payee: 'O"Neil, Söhne & {Co}' };
    const loginId = '0f8fad5b-d9cb-469f-a165-70867728950e';
    await db.query(`INSERT INTO idempotency_keys (key_hash, request_hash) VALUES ('k-b', 'r')`);
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
    await db.query(
      `INSERT INTO number_rules (pattern, kind) VALUES ('${blocked}', 'block'), ('${safe}', 'safe')`,
    );
    await db.query(`
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
    expect(await counted()).toMatchObject([{ n: 2 }, { n: 2 }, { n: 2 }]);
  });

  test.each([1, 5, 12])('never exceed a budget that they share: %i of 12', async (count) => {
    books = new Books(db, { sendTotal: [{ count, windowSeconds: HOUR }] });
    const outcomes = await together(numbers(12), (phone) => books.open(phone));
    expect(outcomes.map(by).filter((one) => one === 'opened')).toHaveLength(count);
    expect(outcomes.map(by).filter((one) => one === 'send-total')).toHaveLength(12 - count);
    expect(await rows('SELECT count(*)::int AS n FROM verifications')).toEqual([{ n: count }]);
    expect(await counted()).toMatchObject([{ n: count }, { n: count }, { n: count }]);
    expect(await rows('SELECT count(*)::int AS n FROM phone_limits')).toEqual([{ n: count }]);
  });

  test('spend attempts of those only that can be checked', async () => {
    const phones = numbers(5);
    const begun = (await together(phones, (phone) => books.open(phone))).map(opened);
    const [fine, late, spent, stopped, sending] = begun as [Verification, ...Verification[]];
    await together([fine, late!, spent!, stopped!], (one) => books.sent(one));
    await db.query(`UPDATE verifications SET expires_at = now() WHERE id = '${late!.id}'`);
    await db.query(`UPDATE verifications SET attempts = 5 WHERE id = '${spent!.id}'`);
    await db.query(
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
    books = new Books(db, { resendCooldownSeconds: 0 });
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

  test('do not wait for one whose row somebody holds', async () => {
    const phones = numbers(5);
    await wholeWay(phones, together);
    await db.query('UPDATE phone_limits SET next_send_at = now()');
    const holder = new pg.Client({ connectionString: database.url });
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
    const far = createSequelize({ url: database.url, poolMax: 10 });
    try {
      const quiet = { resendCooldownSeconds: 0, sendPerPhone: [], wrongPerPhone: [] };
      const both = [new Books(db, quiet), new Books(far, quiet)];
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
      expect(await counted()).toMatchObject([{ n: 8 * 48 }, { n: 8 * 48 }, { n: 8 * 48 }]);
      // Nobody was told to give way, either.
      expect(both.flatMap((one) => one.asked())).not.toContain('one');
      // Told by each connection when it ends.
      await far.close();
      await db.close();
      const watcher = new pg.Client({ connectionString: database.url });
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
