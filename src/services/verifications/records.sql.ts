import { unindexed } from '../../database/key-lookup.js';
import { columnsOf } from './rows.js';

/**
 * The statements behind a verification. Each is one round trip and decides, counts and writes at once: what
 * can be raced is guarded by its own WHERE or by a row lock, so no isolation level is relied on. Times are
 * now() of the database. Locks are taken in one order: verification, number, counters.
 */

/**
 * Opens verifications, or says what refuses a single one. $1 their rows (see `Opening`), $2 attempts at most,
 * $3 ttl seconds, $4 cool-down seconds, $5 and $6 quotas and windows of sends, $7 and $8 of guesses
 */
export const OPEN = `
SELECT * FROM open_verifications($1::json, $2::int, $3::int, $4::int, $5::int[], $6::int[], $7::int[], $8::int[])`;

/**
 * Takes a send for a new code of an open verification. No row: it is not open, or another resend is on its
 * way. $1 id, $2 new send reference, $3 channel, $4 hash of the idempotency key, $5 provider, $6 ttl seconds,
 * $7 a list of the one item that take_sends wants, $8 cool-down seconds, $9 and $10 quotas and windows of
 * sends
 */
export const BEGIN_RESEND = `
WITH held AS (
  SELECT id FROM verifications
  WHERE id = $1 AND resend_reference IS NULL AND can_be_checked(status, expires_at, attempts, max_attempts)
  FOR UPDATE
), taken AS (
  SELECT t.* FROM held
  CROSS JOIN LATERAL take_sends($7::json, $8::int, $9::int[], $10::int[], '{}', '{}') AS t
), v AS (
  UPDATE verifications SET resend_reference = $2, resend_channel = $3::text, resend_provider = $5::text,
    send_started_at = now(), resend_at = taken.next_send_at, updated_at = now()
  FROM taken WHERE id = $1 AND taken.refused_by IS NULL
  RETURNING verifications.*
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'resend_requested', jsonb_build_object('channel', $3::text) FROM v
), k AS (
  UPDATE idempotency_keys SET verification_id = v.id FROM v WHERE key_hash = $4
)
SELECT taken.refused_by, taken.quota, taken.window_seconds, taken.wait, ${columnsOf('v')},
  now() + make_interval(secs => $6::int) AS new_expires_at
FROM taken LEFT JOIN v ON true`;

/** The provider has accepted. $1 ids, $2 their rows (see `Sent`) */
export const MARK_SENT = `SELECT * FROM mark_sent($1::text[], $2::json)`;

const LIVE_SEND = { reference: 'send_reference', provider: 'provider', status: 'sending' };
const LIVE_RESEND = {
  reference: 'resend_reference',
  provider: 'resend_provider',
  status: 'pending',
};

/**
 * The provider certainly did nothing: the next one has the send, under a new reference, so that nothing the
 * first one may still report can touch it. $1 id, $2 next provider, $3 new reference, $4 reference so far, $5
 * reason
 */
const failOver = ({ reference, provider, status }: typeof LIVE_SEND): string => `
WITH held AS (
  SELECT id, ${provider} AS provider FROM verifications
  WHERE id = $1 AND ${unindexed(`status = '${status}'`)} AND ${reference} = $4 FOR UPDATE
), v AS (
  UPDATE verifications SET ${provider} = $2, ${reference} = $3, updated_at = now()
  FROM held WHERE verifications.id = held.id
  RETURNING verifications.*
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'failed_over', jsonb_build_object('provider', provider, 'reason', $5::text) FROM held
)
SELECT ${columnsOf('v')} FROM v`;

export const FAIL_OVER = failOver(LIVE_SEND);
export const FAIL_OVER_RESEND = failOver(LIVE_RESEND);

/**
 * The columns of a row whose new code counts from now on, in place of the old one. The code's length, where
 * the provider does not tell it, is that of the code which the callback chose for this send.
 */
export const takeOverResend = (codeLength: string): string => `
  send_reference = resend_reference, resend_reference = NULL,
  code_length = coalesce(${codeLength}, CASE WHEN own_code_reference = resend_reference THEN own_code_length END),
  provider = coalesce(resend_provider, provider), channel = coalesce(resend_channel, channel), updated_at = now()`;

/**
 * The new code replaces the old one, with a life of its own; spent attempts stay spent. $1 id, $2 send
 * reference, $3 provider's id (null when its answer was lost), $4 code length, $5 ttl seconds, $6 whether the
 * outcome is known, $7 provider's id of the message
 */
export const MARK_RESENT = `
WITH v AS (
  UPDATE verifications
  SET ${takeOverResend('$4::int')}, provider_reference = $3, provider_message_id = $7,
    expires_at = now() + make_interval(secs => $5::int), sent_at = now()
  WHERE id = $1 AND resend_reference = $2 AND ${unindexed("status = 'pending'")}
  RETURNING *
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, CASE WHEN $6::boolean THEN 'sent' ELSE 'outcome_unknown' END, jsonb_build_object('provider', provider) FROM v
)
SELECT ${columnsOf('v')} FROM v`;

/** The message may still arrive, so the row can be checked. $1 id */
export const MARK_OUTCOME_UNKNOWN = `
WITH v AS (
  UPDATE verifications SET status = 'pending', updated_at = now()
  WHERE id = $1 AND ${unindexed("status = 'sending'")}
  RETURNING id, provider
)
INSERT INTO verification_events (verification_id, type, detail)
SELECT id, 'outcome_unknown', jsonb_build_object('provider', provider) FROM v`;

/** The cool-down of a send that is given back, and what its number has counted. */
const giveSendBack = (guesses: string) => `
  UPDATE phone_limits AS p
  SET cooldown_step = greatest(p.cooldown_step - 1, 0),
    next_send_at = CASE WHEN p.next_send_at = v.resend_at THEN NULL ELSE p.next_send_at END,
    sends = log_remove(p.sends, v.send_started_at),
    guesses = ${guesses},
    updated_at = touched(p.updated_at)
  FROM v WHERE p.phone_key = v.phone_key AND $3::boolean
  RETURNING v.send_started_at`;

/** A safe number counts against its own limits only, so nothing else is given back. */
const GIVE_SHARED_BACK = `
SELECT give_back($4::text[], $5::text[], $6::int[], back.send_started_at)
FROM back WHERE number_rule($7::text[]) IS DISTINCT FROM 'safe'`;

/**
 * Nothing will arrive. $1 id, $2 failure, $3 whether the send is given back, $4 names, $5 keys and $6 windows
 * of shared limits, $7 patterns, $8 send reference: a send that was taken for lost meanwhile is not ended a
 * second time
 */
export const MARK_FAILED = `
WITH v AS (
  UPDATE verifications SET status = 'failed', failure = $2, updated_at = now()
  WHERE id = $1 AND ${unindexed("status = 'sending'")} AND send_reference = $8
  RETURNING *
), back AS (${giveSendBack('log_remove(p.guesses, v.send_started_at)')}
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'failed', jsonb_build_object('provider', provider, 'reason', $2::text) FROM v
)
${GIVE_SHARED_BACK}`;

/** The old code stays good, and a resend has paid for no guess. Parameters as for MARK_FAILED */
export const MARK_RESEND_FAILED = `
WITH v AS (
  UPDATE verifications SET resend_reference = NULL, updated_at = now()
  WHERE id = $1 AND resend_reference = $8
  RETURNING *
), back AS (${giveSendBack('p.guesses')}
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'resend_failed', jsonb_build_object('provider', resend_provider, 'reason', $2::text) FROM v
)
${GIVE_SHARED_BACK}`;

/** $1 id */
export const CANCEL = `
WITH v AS (
  UPDATE verifications SET status = 'cancelled', updated_at = now()
  WHERE id = $1 AND ${unindexed("status = 'pending' AND expires_at > now()")}
  RETURNING id
), e AS (
  INSERT INTO verification_events (verification_id, type) SELECT id, 'cancelled' FROM v
)
SELECT id FROM v`;

/** The state of a row by the clock of the database. */
export const STATUS_NOW = `CASE WHEN status = 'pending' AND expires_at <= now() THEN 'expired' ELSE status END AS status`;

/** $1 id */
export const FIND = `SELECT ${columnsOf('v')}, ${STATUS_NOW} FROM verifications AS v WHERE id = $1`;
