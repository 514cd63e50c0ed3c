import { setTimeout as sleep } from 'node:timers/promises';
import { sweep } from '../../../../src/services/operations/background-work.js';
import { TestService, freshNumber } from '../../../support/service.js';
import { eventually } from '../../development/simulator/harness.js';

/** Inserts 2,500 old verifications, more than twelve batches. */
async function fill(service: TestService): Promise<void> {
  await service.rows(
    `INSERT INTO verifications (id, phone_number, phone_key, country, purpose, channel, provider, send_reference,
       max_attempts, status, expires_at, resend_at, created_at)
     SELECT 'old-' || n, '+14152000000', '+14152000000', 'US', 'x', 'sms', 'p', 'ref-' || n, 5, 'expired', now(), now(),
       now() - interval '2 days' FROM generate_series(1, 2500) AS n`,
  );
}

describe('the sweeper', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  test('makes a send lost in a crash checkable, and does not send again', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    await service.rows(
      `UPDATE verifications SET status = 'sending', provider_reference = NULL,
         send_started_at = now() - interval '2 minutes' WHERE id = $1`,
      [id],
    );
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(404);
    const before = service.sinch.calls.length;
    await sweep(service.background);
    expect(service.sinch.calls.length).toBe(before);
    // Checked by our reference, because the provider's response was lost.
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
    const events = await service.rows(
      'SELECT type FROM verification_events WHERE verification_id = $1 ORDER BY id',
      [id],
    );
    expect(events.map((event) => event['type'])).toContain('outcome_unknown');
  });

  test('leaves a recent send unchanged', async () => {
    const id = await service.request(freshNumber());
    await service.rows(`UPDATE verifications SET status = 'sending' WHERE id = $1`, [id]);
    await sweep(service.background);
    expect(await service.rows('SELECT status FROM verifications WHERE id = $1', [id])).toEqual([
      { status: 'sending' },
    ]);
  });

  test('settles a resend lost in a crash, so that the new code counts', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const [{ send_reference: first }] = (await service.rows(
      'SELECT send_reference FROM verifications WHERE id = $1',
      [id],
    )) as [{ send_reference: string }];
    await service.rows(
      `UPDATE verifications SET resend_reference = $2, send_reference = 'old',
         send_started_at = now() - interval '2 minutes' WHERE id = $1`,
      [id, first],
    );
    await sweep(service.background);
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test('marks verifications expired one minute after their expiry', async () => {
    const [justNow, before, resending] = [
      await service.request(freshNumber()),
      await service.request(freshNumber()),
      await service.request(freshNumber()),
    ];
    await service.rows(`UPDATE verifications SET expires_at = now() WHERE id = $1`, [justNow]);
    await service.rows(
      `UPDATE verifications SET expires_at = now() - interval '61 seconds' WHERE id IN ($1, $2)`,
      [before, resending],
    );
    // Its new code would have a lifetime of its own.
    await service.rows(
      `UPDATE verifications SET resend_reference = 'r', send_started_at = now() WHERE id = $1`,
      [resending],
    );
    await sweep(service.background);
    const rows = await service.rows(
      'SELECT id, status FROM verifications WHERE id IN ($1, $2, $3) ORDER BY created_at',
      [justNow, before, resending],
    );
    expect(rows).toEqual([
      { id: justNow, status: 'pending' },
      { id: before, status: 'expired' },
      { id: resending, status: 'pending' },
    ]);
  });
});

describe('retention', () => {
  test('deletes expired rows in every table, and no others', async () => {
    const service = await TestService.start({ RETENTION_DAYS: '7' });
    try {
      const [oldNumber, newNumber] = [freshNumber(), freshNumber()];
      const oldId = await service.request(oldNumber);
      await service.verify(oldId, service.sinch.codeFor(oldNumber));
      await service.rows(`UPDATE verifications SET created_at = now() - interval '7 days'`);
      await service.rows(
        `UPDATE phone_limits SET wrong_run = 19, updated_at = now() - interval '31 days'`,
      );
      await service.rows(
        `INSERT INTO phone_limits (phone_key, wrong_run, updated_at) VALUES
           ('+14150000001', 100, now() - interval '3 years'), ('+14150000002', 20, now() - interval '364 days'),
           ('+14150000003', 20, now() - interval '365 days'), ('+14150000004', 0, now() - interval '30 days')`,
      );
      await service.rows(
        `INSERT INTO idempotency_keys (key_hash, request_hash, created_at)
         VALUES ('old', 'x', now() - interval '24 hours'), ('new', 'x', now() - interval '23 hours')`,
      );
      await service.rows(
        `INSERT INTO limit_counters (limit_name, key, window_seconds, slots, counts, updated_at)
         VALUES ('a', 'old', 60, '{1}', '{1}', now() - interval '31 days'), ('a', 'new', 60, '{1}', '{1}', now() - interval '30 days')`,
      );
      await service.rows(
        `INSERT INTO spent_proofs (proof_id, expires_at) VALUES ('old', now() - interval '61 minutes'), ('new', now() - interval '59 minutes')`,
      );
      await service.rows(
        `INSERT INTO local_codes (key, hash, expires_at) VALUES ('old', 'x', now()), ('new', 'x', now() + interval '1 minute')`,
      );
      await service.rows(
        `INSERT INTO check_keys (key_hash, request_hash, expires_at)
         VALUES ('old', 'x', now()), ('new', 'x', now() + interval '1 minute')`,
      );
      const newId = await service.request(newNumber);
      await service.rows(
        `UPDATE verifications SET created_at = now() - interval '6 days' WHERE id = $1`,
        [newId],
      );

      const purgedRows = await service.background.maintenance.purge();
      expect(purgedRows).toEqual({
        verifications: 1,
        webhook_deliveries: 0,
        webhook_endpoints: 0,
        idempotency_keys: 1,
        check_keys: 1,
        spent_proofs: 1,
        local_codes: 1,
        limit_counters: 1,
        phone_limits: 2,
      });
      expect(await service.rows('SELECT id FROM verifications')).toEqual([{ id: newId }]);
      expect(
        await service.rows('SELECT DISTINCT verification_id FROM verification_events'),
      ).toEqual([{ verification_id: newId }]);
      for (const [table, key] of [
        ['idempotency_keys', 'key_hash'],
        ['spent_proofs', 'proof_id'],
        ['check_keys', 'key_hash'],
        ['local_codes', 'key'],
        ['limit_counters', 'key'],
      ])
        expect(await service.rows(`SELECT ${key} AS key FROM ${table}`)).toEqual([{ key: 'new' }]);
      expect(await service.rows('SELECT phone_number FROM users')).toEqual([
        { phone_number: oldNumber },
      ]);
      expect(await service.rows('SELECT phone_key FROM phone_limits ORDER BY 1')).toEqual([
        { phone_key: '+14150000001' },
        { phone_key: '+14150000002' },
        { phone_key: '+14150000004' },
        { phone_key: newNumber },
      ]);
    } finally {
      await service.stop();
    }
  });

  test('purges the other tables when one is locked', async () => {
    const service = await TestService.start();
    try {
      await service.rows(
        `INSERT INTO spent_proofs (proof_id, expires_at) VALUES ('old', now() - interval '2 hours')`,
      );
      await service.db.transaction(async (transaction) => {
        await service.db.query('SET LOCAL idle_in_transaction_session_timeout = 0', {
          transaction,
        });
        await service.db.query('LOCK TABLE verifications', { transaction });
        await expect(service.background.maintenance.purge()).rejects.toThrow(/statement timeout/);
      });
      expect(await service.rows('SELECT proof_id FROM spent_proofs')).toEqual([]);
    } finally {
      await service.stop();
    }
  });

  test('retries a table that is locked for a short time', async () => {
    const service = await TestService.start();
    try {
      await service.rows(
        `INSERT INTO spent_proofs (proof_id, expires_at) VALUES ('old', now() - interval '2 hours')`,
      );
      let purged: Promise<Record<string, number>> | undefined;
      await service.db.transaction(async (transaction) => {
        await service.db.query('LOCK TABLE spent_proofs', { transaction });
        purged = service.background.maintenance.purge();
        // Longer than one statement timeout, shorter than three.
        await sleep(2_500);
      });
      expect(await purged).toMatchObject({ spent_proofs: 1 });
    } finally {
      await service.stop();
    }
  });

  test('stops at once on abort, also between batches', async () => {
    const service = await TestService.start({ RETENTION_DAYS: '1' });
    try {
      await fill(service);
      const stop = new AbortController();
      const purged = service.background.maintenance.purge(stop.signal);
      await eventually(
        async () => (await service.rows('SELECT 1 FROM verifications')).length < 2_500,
      );
      stop.abort();
      const from = performance.now();
      const { verifications = 0 } = await purged;
      expect(performance.now() - from).toBeLessThan(1_000);
      expect(verifications % 200).toBe(0);
      expect(await service.rows('SELECT 1 FROM verifications')).toHaveLength(2_500 - verifications);
    } finally {
      await service.stop();
    }
  });

  test('purges every table in turn, however many rows another has', async () => {
    const service = await TestService.start({ RETENTION_DAYS: '1' });
    try {
      await fill(service);
      await service.rows(
        `INSERT INTO phone_limits (phone_key, updated_at) VALUES ('+14150000000', now() - interval '40 days')`,
      );
      const purged = service.background.maintenance.purge();
      await eventually(async () => (await service.rows('SELECT 1 FROM phone_limits')).length === 0);
      expect((await service.rows('SELECT 1 FROM verifications')).length).toBeGreaterThan(0);
      await purged;
    } finally {
      await service.stop();
    }
  });

  test('deletes in batches until no old row is left', async () => {
    const service = await TestService.start({ RETENTION_DAYS: '1' });
    try {
      await fill(service);
      const { verifications } = await service.background.maintenance.purge();
      expect(verifications).toBe(2500);
      expect(await service.rows('SELECT 1 FROM verifications')).toEqual([]);
    } finally {
      await service.stop();
    }
  });
});
