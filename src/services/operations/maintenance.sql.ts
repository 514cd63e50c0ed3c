/** Housekeeping. Every statement takes what nobody else has locked, a batch at a time, and can be run by any process. */

/** Sends whose process died: the message may have left, so they can be checked and are never repeated. $1 seconds */
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
 * The same for resends: the new code, if it left, is the one that counts. What has ended meanwhile stays as it ended.
 * $1 seconds
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
  SET send_reference = resend_reference, resend_reference = NULL, provider_reference = NULL, provider_message_id = NULL,
    code_length = CASE WHEN own_code_reference = resend_reference THEN own_code_length END, updated_at = now(),
    provider = coalesce(resend_provider, provider), channel = coalesce(resend_channel, channel)
  FROM lost WHERE verifications.id = lost.id AND lost.status = 'pending'
  RETURNING verifications.id, verifications.provider
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'outcome_unknown', jsonb_build_object('provider', provider) FROM v
)
SELECT id FROM v`;

/**
 * Verifications past their time. A minute of grace lets a check that was begun in time end first: it takes 30 s at most.
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

/** Rows of one batch: few enough that nobody notices the locks, the writes and the commit of one. */
export const BATCH = 200;

export interface Retention {
  name: string;
  sql: string;
  needsDays: boolean;
}

/** What may go, a batch each. $1 days that verifications are kept */
export const RETENTION: readonly Retention[] = [
  {
    name: 'verifications',
    needsDays: true,
    sql: `DELETE FROM verifications WHERE id IN (
      SELECT id FROM verifications WHERE created_at < now() - make_interval(days => $1::int)
      ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'idempotency_keys',
    needsDays: false,
    sql: `DELETE FROM idempotency_keys WHERE key_hash IN (
      SELECT key_hash FROM idempotency_keys WHERE created_at < now() - interval '24 hours'
      ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'spent_proofs',
    needsDays: false,
    sql: `DELETE FROM spent_proofs WHERE proof_id IN (
      SELECT proof_id FROM spent_proofs WHERE expires_at < now() - interval '1 hour'
      ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'local_codes',
    needsDays: false,
    sql: `DELETE FROM local_codes WHERE key IN (
      SELECT key FROM local_codes WHERE expires_at < now()
      ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    // No window is longer than 31 days.
    name: 'limit_counters',
    needsDays: false,
    sql: `DELETE FROM limit_counters WHERE (key, limit_name, window_seconds) IN (
      SELECT key, limit_name, window_seconds FROM limit_counters WHERE updated_at < now() - interval '31 days'
      ORDER BY updated_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    // A long run of wrong codes is remembered for a year, a stopped number until an operator clears it.
    name: 'phone_limits',
    needsDays: false,
    sql: `DELETE FROM phone_limits WHERE phone_number IN (
      SELECT phone_number FROM phone_limits
      WHERE updated_at < now() - CASE WHEN wrong_run >= 20 THEN interval '365 days' ELSE interval '31 days' END
        AND wrong_run < 100
      ORDER BY updated_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
];

/** The same for what accounts leave behind. Refresh tokens go with their session. */
export const ACCOUNT_RETENTION: readonly Retention[] = [
  {
    name: 'account_logins',
    needsDays: false,
    sql: `DELETE FROM account_logins WHERE id IN (
      SELECT id FROM account_logins WHERE expires_at < now() - interval '1 hour'
      ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'account_sessions',
    needsDays: false,
    sql: `DELETE FROM account_sessions WHERE id IN (
      SELECT id FROM account_sessions WHERE least(ended_at, idle_until, expires_at) < now() - interval '1 day'
      LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
  {
    name: 'account_totp',
    needsDays: false,
    sql: `DELETE FROM account_totp WHERE account_id IN (
      SELECT account_id FROM account_totp WHERE NOT active AND created_at < now() - interval '1 hour'
      LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`,
  },
];
