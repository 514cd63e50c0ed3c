import { unindexed } from '../../database/key-lookup.js';
import { columnsOf, isOf } from './rows.js';

/**
 * Statements of a verification. Each decides, counts and writes in one round trip. Its WHERE clause or a row
 * lock guards it against races at any isolation level. Times are now() of the database. Lock order:
 * verification, number, counters.
 */

/**
 * Opens verifications, or returns the refusal of a single one.
 * $1 rows (see `Opening`), $2 maximum attempts, $3 ttl seconds, $4 cool-down seconds, $5 and $6 quotas and
 * windows of sends, $7 and $8 of guesses
 */
export const OPEN = `
SELECT * FROM open_verifications($1::json, $2::int, $3::int, $4::int, $5::int[], $6::int[], $7::int[], $8::int[])`;

/**
 * Counts a resend of an open verification. Returns no row if it is not open or another resend is in
 * progress.
 * $1 id, $2 new send reference, $3 channel, $4 hash of the idempotency key, $5 provider, $6 ttl seconds, $7
 * items for take_sends (one), $8 cool-down seconds, $9 and $10 quotas and windows of sends, $11 locale
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
    locale = $11::text, send_started_at = now(), resend_at = taken.next_send_at, updated_at = now()
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

/** Records that the provider has accepted the message. $1 ids, $2 their rows (see `Sent`) */
export const MARK_SENT = `SELECT * FROM mark_sent($1::text[], $2::json)`;

const LIVE_SEND = { reference: 'send_reference', provider: 'provider', status: 'sending' };
const LIVE_RESEND = {
  reference: 'resend_reference',
  provider: 'resend_provider',
  status: 'pending',
};

/**
 * Moves a send to the next provider, because the first certainly did not act. A new reference keeps late
 * reports of the first provider away from this send.
 * $1 id, $2 next provider, $3 new reference, $4 current reference, $5 reason
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
 * Assignments that make the resend the current send. Without a code length from the provider, the length set
 * by the callback for this send applies.
 */
export const takeOverResend = (codeLength: string): string => `
  send_reference = resend_reference, resend_reference = NULL,
  code_length = coalesce(${codeLength}, CASE WHEN own_code_reference = resend_reference THEN own_code_length END),
  provider = coalesce(resend_provider, provider), channel = coalesce(resend_channel, channel), updated_at = now()`;

/**
 * The new code replaces the old one and gets a new lifetime. Spent attempts stay spent.
 * $1 id, $2 send reference, $3 provider's id (null when its response was lost), $4 code length, $5 ttl
 * seconds, $6 whether the outcome is known, $7 provider's id of the message
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

/** Reverts the cool-down of a refunded send and its entries in the logs of the number. */
const giveSendBack = (guesses: string) => `
  UPDATE phone_limits AS p
  SET cooldown_step = greatest(p.cooldown_step - 1, 0),
    next_send_at = CASE WHEN p.next_send_at = v.resend_at THEN NULL ELSE p.next_send_at END,
    sends = log_remove(p.sends, v.send_started_at),
    guesses = ${guesses},
    updated_at = touched(p.updated_at)
  FROM v WHERE p.phone_key = v.phone_key AND $3::boolean
  RETURNING v.application_id, v.send_started_at`;

/**
 * Refunds the shared limits that counted the send, unless the number is safe: safe numbers do not count
 * against them.
 */
const GIVE_SHARED_BACK = `
SELECT give_back(l.names, l.keys, l.windows, back.send_started_at)
FROM back CROSS JOIN LATERAL (
  SELECT array_agg(r.name ORDER BY r.place) AS names, array_agg(r.key ORDER BY r.place) AS keys,
    array_agg(r.seconds ORDER BY r.place) AS windows
  FROM unnest($4::text[], $5::text[], $6::int[], $9::boolean[])
    WITH ORDINALITY AS r (name, key, seconds, verified, place)
  WHERE coalesce(r.verified = was_verified($10, back.application_id, back.send_started_at), true)
) AS l
WHERE l.names IS NOT NULL AND number_rule($7::text[]) IS DISTINCT FROM 'safe'`;

/**
 * Marks a send as failed, because no message will arrive. $8 excludes a send that the sweeper has settled
 * meanwhile.
 * $1 id, $2 failure, $3 whether the send is refunded, $4 names, $5 keys, $6 windows and $9 numbers (see
 * `SharedRules`) of shared limits, $7 patterns, $8 send reference, $10 phone
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

/**
 * Marks a resend as failed; the old code stays valid. Keeps the guesses: a resend pays for none. Parameters
 * as for MARK_FAILED
 */
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

/** $1 id, $2 application or null */
export const CANCEL = `
WITH v AS (
  UPDATE verifications SET status = 'cancelled', updated_at = now()
  WHERE id = $1 AND ${unindexed("status = 'pending' AND expires_at > now()")} AND ${isOf('$2')}
  RETURNING id
), e AS (
  INSERT INTO verification_events (verification_id, type) SELECT id, 'cancelled' FROM v
)
SELECT id FROM v`;

/** The status by the database's clock. */
export const CURRENT_STATUS = `CASE WHEN status = 'pending' AND expires_at <= now() THEN 'expired' ELSE status END`;
export const STATUS_NOW = `${CURRENT_STATUS} AS status`;

/**
 * Ids of the verifications of a number, by two indexes: rows in status `sending` are in one of their own.
 * @param key expression of the phone key
 */
export const idsOfNumber = (key: string): string => `
  SELECT id FROM verifications WHERE phone_key = ${key} AND status <> 'sending'
  UNION ALL SELECT id FROM verifications WHERE phone_key = ${key} AND status = 'sending'`;

/**
 * Whether a text names a number in one of its international forms, with or without separators. The first
 * condition is that of the index on `reference`.
 * @param forms expression of the array of forms without their plus sign
 */
export const namesNumber = (text: string, forms: string): string =>
  `${text} ~ '[0-9]([ .()/-]*[0-9]){6}' AND numbers_in(${text}) && ${forms}::text[]`;

/** $1 id, $2 application or null */
export const FIND = `
SELECT ${columnsOf('v')}, ${STATUS_NOW} FROM verifications AS v WHERE id = $1 AND ${isOf('$2')}`;
