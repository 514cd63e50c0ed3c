import { sqlStateOf } from '../../../../src/database/failures.js';
import { newVerificationId } from '../../../../src/domain/verification-id.js';
import { ArrayStatements, type Item } from './array-harness.js';
import { freshNumbers } from './records-harness.js';

const STATES = {
  sending: `status = 'sending'`,
  pending: `status = 'pending'`,
  verified: `status = 'verified', verified_at = now()`,
  failed: `status = 'failed'`,
  expired: `status = 'expired'`,
  cancelled: `status = 'cancelled'`,
};

describe('marking several', () => {
  let statements: ArrayStatements;
  beforeAll(async () => {
    statements = await ArrayStatements.open();
  });
  afterAll(() => statements.database.close());

  const rowOf = async (id: string) =>
    (await statements.rows('SELECT * FROM verifications WHERE id = $1', [id]))[0];
  const eventsOf = (id: string) =>
    statements.rows('SELECT type, detail FROM verification_events WHERE verification_id = $1', [
      id,
    ]);
  const numberOf = async (phone: string) =>
    (await statements.rows('SELECT * FROM phone_limits WHERE phone_key = $1', [phone]))[0];

  /** Inserts one verification in each state, each with a number of its own. */
  const oneOfEach = async () => {
    const phones = freshNumbers(6);
    const found: [string, string][] = [];
    for (const [i, [status, state]] of Object.entries(STATES).entries())
      found.push([status, await statements.stored(phones[i]!, state)]);
    return Object.fromEntries(found) as Record<keyof typeof STATES, string>;
  };

  describe('mark_sent', () => {
    const sent = (id: string, more: object = {}): Item => ({
      ...{ id, provider_reference: `of ${id}`, code_length: null, provider_message_id: null },
      ...more,
    });

    test('moves those in status sending only, in whatever state a late response finds the others', async () => {
      const ids = await oneOfEach();
      const { sending, ...others } = ids;
      const before = await Promise.all(Object.values(others).map(rowOf));
      const all = [...Object.values(ids), newVerificationId(Date.now())].map((id) => sent(id));
      expect(await statements.markSent(all)).toEqual([{ id: sending, code_length: null }]);
      expect(await rowOf(sending)).toMatchObject({
        ...{ status: 'pending', provider_reference: `of ${sending}` },
        sent_at: expect.any(Date),
      });
      expect(await Promise.all(Object.values(others).map(rowOf))).toEqual(before);
      for (const id of Object.values(others)) {
        expect(await statements.markSent([sent(id)])).toEqual([]);
        expect(await eventsOf(id)).toEqual([]);
      }
      expect(await Promise.all(Object.values(others).map(rowOf))).toEqual(before);
      expect(await eventsOf(sending)).toEqual([
        { type: 'sent', detail: { provider: 'sinch-verification' } },
      ]);
    });

    test('gives each its own facts, and our code length where the provider has none', async () => {
      const phones = freshNumbers(4);
      const own = (reference: string) =>
        `status = 'sending', own_code_length = 8, own_code_reference = ${reference}`;
      const [a, b, c, d] = [
        await statements.stored(phones[0]!, `status = 'sending', provider = 'infobip-2fa'`),
        await statements.stored(phones[1]!, own('send_reference')),
        await statements.stored(phones[2]!, own(`'of another send'`)),
        await statements.stored(phones[3]!, own('send_reference')),
      ] as const;
      const rows = await statements.markSent([
        sent(d, { code_length: 4 }),
        sent(c),
        sent(a, { code_length: 6, provider_message_id: 'm' }),
        sent(b),
      ]);
      expect(Object.fromEntries(rows.map((row) => [row['id'], row['code_length']]))).toEqual({
        ...{ [a]: 6, [b]: 8, [c]: null, [d]: 4 },
      });
      expect(await rowOf(a)).toMatchObject({
        ...{ provider_reference: `of ${a}`, provider_message_id: 'm', code_length: 6 },
      });
      expect(await rowOf(b)).toMatchObject({
        ...{ provider_reference: `of ${b}`, provider_message_id: null, code_length: 8 },
      });
      expect(await eventsOf(a)).toEqual([{ type: 'sent', detail: { provider: 'infobip-2fa' } }]);
    });
  });

  describe('mark_verified', () => {
    const approved = (id: string, more: object = {}): Item => ({
      ...{ id, taken_by: 'holder', proof_id: `proof of ${id}`, channel: 'voice', provider: 'p' },
      ...more,
    });

    test('moves those in status pending only', async () => {
      const ids = await oneOfEach();
      const { pending, ...others } = ids;
      const before = await Promise.all(Object.values(others).map(rowOf));
      const all = [...Object.values(ids), newVerificationId(Date.now())].map((id) => approved(id));
      const rows = await statements.markVerified(all);
      expect(rows).toEqual([{ id: pending, verified_at: expect.any(Date) }]);
      expect(await rowOf(pending)).toMatchObject({
        ...{ status: 'verified', proof_id: `proof of ${pending}`, channel: 'voice' },
        ...{ provider: 'p', verified_at: rows[0]!['verified_at'] },
      });
      expect(await eventsOf(pending)).toEqual([{ type: 'verified', detail: {} }]);
      const again = await statements.markVerified(all);
      expect(again).toEqual([]);
      expect(await Promise.all(Object.values(others).map(rowOf))).toEqual(before);
      const { phone_number: phone } = (await rowOf(pending))!;
      expect(
        await statements.rows(
          `SELECT phone_number FROM users WHERE phone_number = ANY (
             SELECT phone_number FROM verifications WHERE id = ANY ($1))`,
          [Object.values(ids)],
        ),
      ).toEqual([{ phone_number: phone }]);
    });

    test('takes each guess off the log of its number, and no other entry', async () => {
      const phones = freshNumbers(3) as [string, string, string];
      const log = `ARRAY[now() - interval '3 minutes', now() - interval '2 minutes', now() - interval '1 minute']`;
      const ofNumber = `guesses = ${log}, wrong_run = 7, cooldown_step = 4`;
      const moments = (attempts: number) =>
        `attempts = ${attempts}, created_at = (SELECT guesses[1] FROM phone_limits AS p WHERE p.phone_key = verifications.phone_key),
         last_attempt_at = (SELECT guesses[2] FROM phone_limits AS p WHERE p.phone_key = verifications.phone_key)`;
      const [paid, later, byNumber] = [
        await statements.stored(phones[0], moments(1), ofNumber),
        await statements.stored(phones[1], moments(2), ofNumber),
        await statements.stored(phones[2], moments(1), ofNumber),
      ] as const;
      const before = await Promise.all(phones.map(numberOf));
      const logs = before.map((row) => row!['guesses'] as Date[]);
      await statements.markVerified([
        ...[approved(byNumber, { taken_by: 'phone' }), approved(later), approved(paid)],
      ]);
      const after = await Promise.all(phones.map(numberOf));
      expect(after.map((row) => row!['guesses'])).toEqual([
        ...[logs[0]!.slice(1), [logs[1]![0], logs[1]![2]], [logs[2]![0], logs[2]![2]]],
      ]);
      for (const row of after) expect(row).toMatchObject({ wrong_run: 0, cooldown_step: 0 });
    });

    test('shortens each cool-down to its first step, and restores none', async () => {
      const phones = freshNumbers(3) as [string, string, string];
      const last = `last_send_at = now() - interval '10 seconds'`;
      const ids = [
        await statements.stored(
          phones[0],
          '',
          `${last}, next_send_at = now() + interval '16 minutes'`,
        ),
        await statements.stored(
          phones[1],
          '',
          `${last}, next_send_at = now() + interval '5 seconds'`,
        ),
        await statements.stored(phones[2], '', last),
      ];
      await statements.markVerified(ids.map((id) => approved(id)));
      const waits = await statements.rows(
        `SELECT extract(epoch FROM next_send_at - last_send_at)::int AS wait FROM phone_limits
         WHERE phone_key = ANY ($1) ORDER BY phone_key`,
        [phones],
      );
      expect(waits).toEqual([{ wait: 30 }, { wait: 15 }, { wait: null }]);
    });

    test('creates and updates the users of the numbers', async () => {
      const phones = freshNumbers(3) as [string, string, string];
      await statements.rows(
        `INSERT INTO users (phone_number, country, status, verified_at, last_verified_at) VALUES
          ($1, 'CA', 'unverified', NULL, NULL), ($2, 'US', 'verified', '2026-01-01', '2026-01-01')`,
        phones.slice(0, 2),
      );
      const ids = [];
      for (const phone of phones) ids.push(await statements.stored(phone));
      await statements.markVerified(ids.map((id) => approved(id)));
      expect(
        await statements.rows(
          `SELECT country, status, verified_at < now() - interval '1 day' AS long_ago,
             last_verified_at > now() - interval '1 minute' AS again
           FROM users WHERE phone_number = ANY ($1) ORDER BY phone_number`,
          [phones],
        ),
      ).toEqual([
        { country: 'CA', status: 'verified', long_ago: false, again: true },
        { country: 'US', status: 'verified', long_ago: true, again: true },
        { country: 'US', status: 'verified', long_ago: false, again: true },
      ]);
    });

    test('changes nothing when a number occurs twice', async () => {
      const [twice, other] = freshNumbers(2) as [string, string];
      const ids = [
        await statements.stored(twice),
        await statements.stored(other),
        await statements.stored(twice),
      ];
      const before = await statements.everything();
      const all = ids.map((id) => approved(id));
      const failure = await statements.markVerified(all).catch((error: unknown) => error);
      // The batcher runs items of a failed statement one by one.
      expect(sqlStateOf(failure)).toBe('21000');
      expect(await statements.everything()).toEqual(before);
    });
  });
});
