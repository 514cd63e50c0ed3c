import { sqlStateOf } from '../../../../src/database/failures.js';
import {
  ArrayStatements,
  COOLDOWN_SECONDS,
  GUESS_QUOTA,
  HOUR,
  opening,
  SEND_QUOTA,
} from './array-harness.js';
import { freshNumbers } from './records-harness.js';

/** Numbers that may get no message: state, refusal, and the wait in seconds. */
const REFUSED: [string, string, object, number | null][] = [
  [
    'a number in its cool-down',
    `next_send_at = now() + interval '20 seconds', last_send_at = now() - interval '10 seconds'`,
    { refused_by: 'cooldown', quota: 1, window_seconds: 30 },
    20,
  ],
  [
    'a number with all its messages',
    `sends = ARRAY[now() - interval '50 minutes', now() - interval '2 minutes', now()]`,
    { refused_by: 'send-per-phone', quota: SEND_QUOTA, window_seconds: HOUR },
    600,
  ],
  [
    'a number with all its wrong codes',
    `guesses = ARRAY[now() - interval '40 minutes', now()]`,
    { refused_by: 'wrong-per-phone', quota: GUESS_QUOTA, window_seconds: HOUR },
    1_200,
  ],
  [
    'a number with 100 wrong codes in a row',
    `wrong_run = 100`,
    { refused_by: 'stopped', quota: null, window_seconds: null },
    null,
  ],
];

/** Numbers at the edge of each rule, which get their message, and what is then counted. */
const SERVED: [string, string, object][] = [
  [
    'a number at the end of its cool-down',
    `next_send_at = now(), last_send_at = now() - interval '10 seconds', cooldown_step = 2`,
    { cooldown_step: 3, wait: 120, sends: 1, guesses: 1 },
  ],
  [
    'a number without messages for a day',
    `last_send_at = now() - interval '24 hours', cooldown_step = 5`,
    { cooldown_step: 1, wait: 30, sends: 1, guesses: 1 },
  ],
  [
    'a number with room for one message',
    `sends = ARRAY[now() - interval '61 minutes', now() - interval '2 minutes', now()]`,
    { cooldown_step: 1, wait: 30, sends: 3, guesses: 1 },
  ],
  [
    'a number with room for one wrong code',
    `guesses = ARRAY[now() - interval '61 minutes', now()]`,
    { cooldown_step: 1, wait: 30, sends: 1, guesses: 2 },
  ],
  [
    'a number with 99 wrong codes in a row',
    `wrong_run = 99`,
    { cooldown_step: 1, wait: 30, sends: 1, guesses: 1 },
  ],
];

describe('open_verifications of several', () => {
  let statements: ArrayStatements;
  beforeAll(async () => {
    statements = await ArrayStatements.open();
  });
  afterAll(() => statements.database.close());
  beforeEach(() =>
    statements.rows(
      'TRUNCATE verifications, verification_events, phone_limits, limit_counters, number_rules, idempotency_keys',
    ),
  );

  const counted = () =>
    statements.rows(
      `SELECT limit_name AS name, key, sum(n)::int AS n FROM limit_counters CROSS JOIN unnest(counts) AS n
       GROUP BY 1, 2 ORDER BY 1, 2`,
    );
  const idsOf = (rows: Record<string, unknown>[]) => rows.map(({ id }) => id).sort();

  test.each(REFUSED)('leaves out %s, and refuses it alone', async (_what, state, refusal, wait) => {
    const [first, refused, last] = freshNumbers(3) as [string, string, string];
    await statements.number(refused, state);
    const ofRefused = 'SELECT * FROM phone_limits WHERE phone_key = $1';
    const before = await statements.rows(ofRefused, [refused]);
    const items = [opening(last), opening(refused), opening(first)];
    const opened = await statements.openAll(items);
    expect(idsOf(opened)).toEqual(idsOf([items[0]!, items[2]!]));
    expect(opened.map((row) => row['refused_by'])).toEqual([null, null]);
    const alone = await statements.openAll([items[1]!]);
    expect(alone).toMatchObject([{ id: items[1]!.id, expires_at: null, ...refusal }]);
    if (wait === null) expect(alone[0]!['wait']).toBeNull();
    else expect(Math.round(Number(alone[0]!['wait']) / 10)).toBe(wait / 10);
    expect(await statements.rows(ofRefused, [refused])).toEqual(before);
    expect(
      await statements.rows('SELECT phone_number FROM verifications ORDER BY phone_number'),
    ).toEqual([{ phone_number: first }, { phone_number: last }]);
    expect(await counted()).toEqual([{ name: 'send-total', key: 'all', n: 2 }]);
  });

  test.each(SERVED)('counts %s beside another', async (_what, state, expected) => {
    const [odd, other] = freshNumbers(2) as [string, string];
    await statements.number(odd, state);
    const items = [opening(odd), opening(other)];
    expect(idsOf(await statements.openAll(items))).toEqual(idsOf(items));
    const counts = `SELECT cooldown_step, extract(epoch FROM next_send_at - last_send_at)::int AS wait,
      cardinality(sends) AS sends, cardinality(guesses) AS guesses, sends[cardinality(sends)] = last_send_at AS now
      FROM phone_limits WHERE phone_key = $1`;
    expect(await statements.rows(counts, [odd])).toEqual([{ ...expected, now: true }]);
    expect(await statements.rows(counts, [other])).toEqual([
      { cooldown_step: 1, wait: COOLDOWN_SECONDS, sends: 1, guesses: 1, now: true },
    ]);
  });

  test('gives each its own cool-down, lifetime, key and event', async () => {
    const [known, fresh, refused] = freshNumbers(3) as [string, string, string];
    await statements.number(known, `cooldown_step = 1, last_send_at = now() - interval '1 hour'`);
    await statements.number(refused, 'wrong_run = 100');
    await statements.rows(
      `INSERT INTO idempotency_keys (key_hash, request_hash) VALUES ('k1', ''), ('k2', ''), ('k3', '')`,
    );
    const items = [
      opening(known, { key_hash: 'k1' }),
      opening(fresh, { key_hash: 'k2', channel: 'voice' }),
      opening(refused, { key_hash: 'k3' }),
    ];
    const opened = await statements.openAll(items);
    const seconds = (row: Record<string, unknown> | undefined, name: string) =>
      Math.round((Number(row?.[name]) - Number(row?.['created_at'])) / 1_000);
    const rowOf = (index: number) => opened.find(({ id }) => id === items[index]!.id);
    expect([seconds(rowOf(0), 'resend_at'), seconds(rowOf(1), 'resend_at')]).toEqual([60, 30]);
    expect([seconds(rowOf(0), 'expires_at'), seconds(rowOf(1), 'expires_at')]).toEqual([300, 300]);
    expect(
      await statements.rows(
        `SELECT key_hash, verification_id FROM idempotency_keys ORDER BY key_hash`,
      ),
    ).toEqual([
      { key_hash: 'k1', verification_id: items[0]!.id },
      { key_hash: 'k2', verification_id: items[1]!.id },
      { key_hash: 'k3', verification_id: null },
    ]);
    expect(
      await statements.rows(
        `SELECT verification_id AS id, type, detail FROM verification_events ORDER BY detail ->> 'channel'`,
      ),
    ).toEqual([
      { id: items[0]!.id, type: 'requested', detail: { channel: 'sms' } },
      { id: items[1]!.id, type: 'requested', detail: { channel: 'voice' } },
    ]);
  });

  test('leaves out a blocked number and counts no safe one against shared limits', async () => {
    const [blocked, safe, other] = freshNumbers(3) as [string, string, string];
    await statements.rows(
      `INSERT INTO number_rules (pattern, kind) VALUES ($1, 'block'), ($2, 'safe')`,
      [blocked, safe],
    );
    const items = [opening(blocked), opening(safe), opening(other)];
    expect(idsOf(await statements.openAll(items))).toEqual(idsOf(items.slice(1)));
    expect(await counted()).toEqual([{ name: 'send-total', key: 'all', n: 1 }]);
    expect(await statements.openAll([items[0]!])).toMatchObject([
      { refused_by: 'blocked', quota: null, window_seconds: null, wait: null },
    ]);
    expect(await statements.rows('SELECT phone_key FROM phone_limits ORDER BY phone_key')).toEqual([
      { phone_key: safe },
      { phone_key: other },
    ]);
  });

  test('opens none when together they exceed a shared limit, and as many as fit alone', async () => {
    const near = { names: ['send-per-prefix', 'send-total'], keys: ['near', 'all'] };
    const far = { names: ['send-per-prefix', 'send-total'], keys: ['far', 'all'] };
    const rules = { quotas: [1, 100], windows: [HOUR, HOUR] };
    const [one, two, three] = freshNumbers(3) as [string, string, string];
    const items = [
      opening(one, { ...near, ...rules }),
      opening(two, { ...near, ...rules }),
      opening(three, { ...far, ...rules }),
    ];
    const before = await statements.everything();
    expect(await statements.openAll(items)).toEqual([]);
    expect(await statements.everything()).toEqual(before);
    const outcomes = [];
    for (const item of items) outcomes.push((await statements.openAll([item]))[0]!['refused_by']);
    expect(outcomes).toEqual([null, 'send-per-prefix', null]);
    expect(await counted()).toEqual([
      { name: 'send-per-prefix', key: 'far', n: 1 },
      { name: 'send-per-prefix', key: 'near', n: 1 },
      { name: 'send-total', key: 'all', n: 2 },
    ]);
  });

  test('fills a shared limit to the last message and no further', async () => {
    const two = { quotas: [2] };
    const phones = freshNumbers(3);
    expect(
      await statements.openAll(phones.slice(0, 2).map((phone) => opening(phone, two))),
    ).toHaveLength(2);
    expect(await statements.openAll([opening(phones[2]!, two)])).toMatchObject([
      { refused_by: 'send-total', quota: 2, window_seconds: HOUR },
    ]);
    expect(await counted()).toEqual([{ name: 'send-total', key: 'all', n: 2 }]);
  });

  test('changes nothing when a number occurs twice', async () => {
    const [twice, other] = freshNumbers(2) as [string, string];
    const before = await statements.everything();
    const items = [opening(twice), opening(other), opening(twice)];
    const failure = await statements.openAll(items).catch((error: unknown) => error);
    // The batcher runs items of a failed statement one by one.
    expect(sqlStateOf(failure)).toBe('21000');
    expect(await statements.everything()).toEqual(before);
  });
});
