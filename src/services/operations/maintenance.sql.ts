import { takeOverResend } from '../verifications/records.sql.js';
import { deletedEndpoints, oldDeliveries } from '../webhooks/outbox.sql.js';

/** Statements of sweeper and retention. Each skips locked rows, so several processes may run it at once. */

/**
 * Settles sends whose process has crashed. The message may have left, so the code can be checked and is not
 * sent again.
 * $1 seconds after which a send counts as lost
 */
export const SWEEP_SENDS = `
WITH lost AS (
  SELECT id FROM verifications
  WHERE status = 'sending' AND send_started_at < now() - make_interval(secs => $1::int)
  ORDER BY send_started_at LIMIT 200 FOR UPDATE SKIP LOCKED
), v AS (
  UPDATE verifications SET status = 'pending', updated_at = now() FROM lost WHERE verifications.id = lost.id
  RETURNING verifications.id, verifications.provider
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'outcome_unknown', jsonb_build_object('provider', provider) FROM v
)
SELECT id FROM v`;

/**
 * Settles resends whose process has crashed. The new code counts, because it may have left. Final states do
 * not change.
 * $1 seconds after which a resend counts as lost
 */
export const SWEEP_RESENDS = `
WITH lost AS (
  SELECT id, status FROM verifications
  WHERE resend_reference IS NOT NULL AND send_started_at < now() - make_interval(secs => $1::int)
  ORDER BY send_started_at LIMIT 200 FOR UPDATE SKIP LOCKED
), ended AS (
  UPDATE verifications SET resend_reference = NULL, updated_at = now()
  FROM lost WHERE verifications.id = lost.id AND lost.status <> 'pending'
), v AS (
  UPDATE verifications
  SET ${takeOverResend('NULL::int')}, provider_reference = NULL, provider_message_id = NULL
  FROM lost WHERE verifications.id = lost.id AND lost.status = 'pending'
  RETURNING verifications.id, verifications.provider
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'outcome_unknown', jsonb_build_object('provider', provider) FROM v
)
SELECT id FROM v`;

/**
 * Marks verifications expired one minute late, so that a check that started in time can finish (30 s at
 * most).
 */
export const EXPIRE = `
WITH late AS (
  SELECT id FROM verifications
  WHERE status = 'pending' AND expires_at < now() - interval '1 minute' AND resend_reference IS NULL
  ORDER BY expires_at LIMIT 500 FOR UPDATE SKIP LOCKED
), v AS (
  UPDATE verifications SET status = 'expired', updated_at = now() FROM late WHERE verifications.id = late.id
  RETURNING verifications.id
), e AS (
  INSERT INTO verification_events (verification_id, type) SELECT id, 'expired' FROM v
)
SELECT id FROM v`;

/** Small enough that its locks and its commit do not delay requests. */
export const BATCH_SIZE = 200;

export interface Retention {
  name: string;
  sql: string;
  needsDays: boolean;
}

/** Deletes one batch per table. $1 days that verifications are kept */
export const RETENTION: readonly Retention[] = [
  {
    // Ids begin with their time, so the oldest rows have the least. Twice as many, as some may be locked.
    name: 'verifications',
    needsDays: true,
    sql: `DELETE FROM verifications WHERE id IN (
      SELECT id FROM verifications
      WHERE id IN (SELECT id FROM verifications ORDER BY id LIMIT ${2 * BATCH_SIZE})
        AND created_at < now() - make_interval(days => $1::int)
      ORDER BY id LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  { name: 'webhook_deliveries', needsDays: true, sql: oldDeliveries(BATCH_SIZE) },
  { name: 'webhook_endpoints', needsDays: false, sql: deletedEndpoints(BATCH_SIZE) },
  {
    name: 'idempotency_keys',
    needsDays: false,
    sql: `DELETE FROM idempotency_keys WHERE key_hash IN (
      SELECT key_hash FROM idempotency_keys WHERE created_at < now() - interval '24 hours'
      ORDER BY created_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'check_keys',
    needsDays: false,
    sql: `DELETE FROM check_keys WHERE key_hash IN (
      SELECT key_hash FROM check_keys WHERE expires_at < now()
      ORDER BY expires_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'spent_proofs',
    needsDays: false,
    sql: `DELETE FROM spent_proofs WHERE proof_id IN (
      SELECT proof_id FROM spent_proofs WHERE expires_at < now() - interval '1 hour'
      ORDER BY expires_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'local_codes',
    needsDays: false,
    sql: `DELETE FROM local_codes WHERE key IN (
      SELECT key FROM local_codes WHERE expires_at < now()
      ORDER BY expires_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    // No window is longer than 31 days.
    name: 'limit_counters',
    needsDays: false,
    sql: `DELETE FROM limit_counters WHERE (key, limit_name, window_seconds) IN (
      SELECT key, limit_name, window_seconds FROM limit_counters WHERE updated_at < now() - interval '31 days'
      ORDER BY updated_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    // Keeps a long run of wrong codes for a year, and a stopped number until an operator unblocks it.
    name: 'phone_limits',
    needsDays: false,
    sql: `DELETE FROM phone_limits WHERE phone_key IN (
      SELECT phone_key FROM phone_limits
      WHERE updated_at < now() - CASE WHEN wrong_run >= 20 THEN interval '365 days' ELSE interval '31 days' END
        AND NOT is_stopped(wrong_run)
      ORDER BY updated_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
];

/** Retention of the account tables. Refresh tokens are deleted with their session. */
export const ACCOUNT_RETENTION: readonly Retention[] = [
  {
    name: 'account_logins',
    needsDays: false,
    sql: `DELETE FROM account_logins WHERE id IN (
      SELECT id FROM account_logins WHERE expires_at < now() - interval '1 hour'
      ORDER BY expires_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'account_sessions',
    needsDays: false,
    sql: `DELETE FROM account_sessions WHERE id IN (
      SELECT id FROM account_sessions WHERE least(ended_at, idle_until, expires_at) < now() - interval '1 day'
      LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'account_totp',
    needsDays: false,
    sql: `DELETE FROM account_totp WHERE account_id IN (
      SELECT account_id FROM account_totp WHERE NOT active AND created_at < now() - interval '1 hour'
      LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
];
