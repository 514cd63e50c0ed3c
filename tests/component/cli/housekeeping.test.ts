import { maskPhoneNumber } from '../../../src/domain/phone-number.js';
import { TestService, freshNumber } from '../../support/service.js';
import { operatorOf, TIMEOUT_MS } from './command-line.js';

describe('purge, sweep and erase', () => {
  const LIMITS = { LIMIT_SEND_PER_PHONE: '9/1h', LIMIT_WRONG_PER_PHONE: '90/1h' };
  let service: TestService;
  let operator: Awaited<ReturnType<typeof operatorOf>>;
  beforeAll(async () => {
    service = await TestService.start(LIMITS);
    operator = await operatorOf(service, { ...LIMITS, RETENTION_DAYS: '7' });
  });
  afterAll(() => service.stop());

  const countOf = async (table: string, where: string, bind: unknown[]) => {
    const [row] = await service.rows(
      `SELECT count(*)::int AS n FROM ${table} WHERE ${where}`,
      bind,
    );
    return row?.['n'];
  };

  test(
    'purge deletes only data older than RETENTION_DAYS',
    async () => {
      const [old, young] = [
        await service.request(freshNumber()),
        await service.request(freshNumber()),
      ];
      const age = `UPDATE verifications SET created_at = now() - make_interval(days => $2::int) WHERE id = $1`;
      await service.rows(age, [old, 8]);
      await service.rows(age, [young, 6]);
      const { exitCode, out, audit } = await operator('purge');
      expect(exitCode).toBe(0);
      expect(out).toContain('Deleted verifications: 1.');
      expect(audit()).toEqual([expect.objectContaining({ message: 'operator.purge', count: 1 })]);
      expect(await countOf('verifications', 'id IN ($1, $2)', [old, young])).toBe(1);
      expect((await operator('purge', '--json')).json()).toMatchObject({
        deleted: { verifications: 0, limitCounters: 0 },
      });
    },
    TIMEOUT_MS,
  );

  test(
    'sweep settles sends that a crash left open, and sends nothing',
    async () => {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      await service.rows(
        `UPDATE verifications SET status = 'sending', send_started_at = now() - interval '5 minutes'
       WHERE id = $1`,
        [id],
      );
      const before = service.sinch.calls.length;
      const { exitCode, out, audit } = await operator('sweep');
      expect(exitCode).toBe(0);
      expect(out).toContain('Settled outcome unknown: 1.');
      expect(audit().map((line) => line['message'])).toEqual([
        'otp.outcome_unknown',
        'operator.sweep',
      ]);
      expect(service.sinch.calls.length).toBe(before);
      expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
    },
    TIMEOUT_MS,
  );

  test(
    'erase deletes the data of one number only',
    async () => {
      const [gone, kept] = [freshNumber(), freshNumber()];
      for (const phoneNumber of [gone, kept]) {
        const headers = { 'idempotency-key': `key-of-${phoneNumber.slice(-3)}` };
        const asked = await service.post('/request-otp', { phoneNumber }, headers);
        const id = String(asked.body['verificationId']);
        await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
        await service.verify(id, service.sinch.codeFor(phoneNumber));
        await service.request(phoneNumber);
        // With a resend in progress.
        await service.rows(
          `UPDATE verifications SET resend_reference = send_reference || '-again'
           WHERE phone_number = $1 AND status = 'pending'`,
          [phoneNumber],
        );
        await service.rows(
          `INSERT INTO local_codes (key, hash, expires_at)
           SELECT key, 'x', now() FROM verifications CROSS JOIN LATERAL unnest(ARRAY[send_reference, resend_reference]) AS key
           WHERE phone_number = $1 AND status = 'pending'`,
          [phoneNumber],
        );
      }
      for (const key of [gone, kept]) {
        await service.rows(
          `INSERT INTO limit_counters (limit_name, key, window_seconds, slots, counts)
           VALUES ('password-per-phone', $1, 900, '{1}', '{1}')`,
          [key],
        );
      }
      // In some countries a number can be a prefix of another one.
      await service.rows(
        `INSERT INTO idempotency_keys (key_hash, request_hash, status, body) VALUES ('longer', 'x', 200, $1)`,
        [JSON.stringify({ phoneNumber: `${gone}0` })],
      );
      const traces = async (phoneNumber: string) => [
        await countOf('users', 'phone_number = $1', [phoneNumber]),
        await countOf('verifications', 'phone_number = $1', [phoneNumber]),
        await countOf('phone_limits', 'phone_key = $1', [phoneNumber]),
        await countOf('limit_counters', 'key = $1', [phoneNumber]),
        await countOf('idempotency_keys', 'position($1 IN body) > 0', [`${phoneNumber}"`]),
      ];
      expect(await traces(gone)).toEqual([1, 2, 1, 1, 1]);

      const { exitCode, err, json, audit } = await operator('erase', gone, '--yes', '--json');
      expect(exitCode).toBe(0);
      expect(json()).toEqual({
        phoneNumber: gone,
        deleted: {
          users: 1,
          verifications: 2,
          verificationEvents: 6,
          phoneLimits: 1,
          limitCounters: 1,
          idempotencyKeys: 1,
          localCodes: 2,
          references: 0,
          checkKeys: 0,
          webhookDeliveries: 0,
          userApplications: 1,
          accounts: 0,
          accountLogins: 0,
          accountSessions: 0,
          accountRefreshTokens: 0,
          accountTotp: 0,
          accountBackupCodes: 0,
        },
      });
      expect(audit()).toEqual([expect.objectContaining({ message: 'operator.erase', count: 15 })]);
      expect(err).not.toContain(gone);
      expect(err).toContain(maskPhoneNumber(gone));
      expect(await traces(gone)).toEqual([0, 0, 0, 0, 0]);
      expect(await traces(kept)).toEqual([1, 2, 1, 1, 1]);
      expect(await countOf('idempotency_keys', 'key_hash = $1', ['longer'])).toBe(1);
      expect(await countOf('local_codes', 'true', [])).toBe(2);
      const orphans = 'verification_id NOT IN (SELECT id FROM verifications)';
      expect(await countOf('verification_events', orphans, [])).toBe(0);

      const again = await operator('erase', gone, '--yes');
      expect(again.out).toContain('Deleted nothing.');
      // The number can be used again.
      await service.request(gone);
    },
    TIMEOUT_MS,
  );
});
