import { provided } from '../../database/provided.js';
import { rowOf, UNREFUSED } from './rows.js';

/**
 * The statements behind a verification. Each is one round trip and decides, counts and writes at once:
 * whatever can be raced is guarded by its own WHERE or by a row lock that it takes first, so no isolation level is
 * relied on. Times are now() of the database. Locks are taken in one order everywhere: verification, number,
 * counters.
 */

/** Patterns, cool-down and limits as `take_send` takes them, from this parameter on. */
const TAKE_BY = (first: number): string =>
  [...['text[]', 'int', 'int[]', 'int[]', 'int[]', 'int[]', 'text[]', 'text[]', 'int[]', 'int[]']]
    .map((type, i) => `$${first + i}::${type}`)
    .join(', ');

/**
 * Takes a send if every limit allows it and opens the row and its timeline; or says what refuses it, with nothing
 * changed.
 *
 * $1 id, $2 phone, $3 country, $4 purpose, $5 channel, $6 locale, $7 reference, $8 provider, $9 send reference,
 * $10 max attempts, $11 ttl seconds, $12 hash of the idempotency key, $13 login that it is for, $14 payment that it is
 * for, $15 patterns, $16 cool-down seconds, $17 and $18 quotas and windows of sends, $19 and $20 of guesses, $21 to $24
 * names, keys, quotas and windows of shared limits
 */
export const OPEN = `
WITH taken AS (
  SELECT * FROM take_send($2, ${TAKE_BY(15)})
), v AS (
  INSERT INTO verifications (id, phone_number, country, purpose, channel, locale, reference, provider,
    send_reference, max_attempts, expires_at, resend_at, login_id, binding)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::int, now() + make_interval(secs => $11::int), taken.next_send,
    $13::uuid, $14::jsonb
  FROM taken WHERE taken.refused_by IS NULL
  RETURNING id, channel, expires_at, resend_at, created_at
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'requested', jsonb_build_object('channel', channel) FROM v
), k AS (
  UPDATE idempotency_keys SET verification_id = v.id FROM v WHERE key_hash = $12
)
SELECT taken.refused_by, taken.quota, taken.window_seconds, taken.wait, v.expires_at, v.resend_at, v.created_at
FROM taken LEFT JOIN v ON true`;

/**
 * The same for several numbers at once, without those that anything refuses. $1 their rows (see `Opening`), $2 max attempts,
 * $3 ttl seconds, $4 cool-down seconds, $5 and $6 quotas and windows of sends, $7 and $8 of guesses
 */
export const OPEN_SEVERAL = `
SELECT id, expires_at, resend_at, created_at, ${UNREFUSED}
FROM open_several($1::json, $2::int, $3::int, $4::int, $5::int[], $6::int[], $7::int[], $8::int[])`;

/**
 * Takes a send for a new code of a verification that is still open. No row back: it is not open, or another resend is
 * on its way. $1 id, $2 new send reference, $3 channel, $4 hash of the idempotency key, $5 provider, $6 ttl seconds,
 * $7 to $16 as $15 to $24 of OPEN
 */
export const BEGIN_RESEND = `
WITH held AS (
  SELECT * FROM verifications
  WHERE id = $1 AND resend_reference IS NULL
    AND ${provided("status = 'pending' AND expires_at > now() AND attempts < max_attempts")}
  FOR UPDATE
), taken AS (
  SELECT t.* FROM held
  CROSS JOIN LATERAL take_send(held.phone_number, ${TAKE_BY(7)}) AS t
), v AS (
  UPDATE verifications SET resend_reference = $2, resend_channel = $3::text, resend_provider = $5::text,
    send_started_at = now(), resend_at = taken.next_send, updated_at = now()
  FROM taken WHERE id = $1 AND taken.refused_by IS NULL
  RETURNING verifications.*
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'resend_requested', jsonb_build_object('channel', $3::text) FROM v
), k AS (
  UPDATE idempotency_keys SET verification_id = v.id FROM v WHERE key_hash = $4
)
SELECT taken.refused_by, taken.quota, taken.window_seconds, taken.wait, ${rowOf('v')},
  now() + make_interval(secs => $6::int) AS new_expires_at
FROM taken LEFT JOIN v ON true`;

/**
 * The provider has accepted. $1 id, $2 provider's id, $3 code length (null: that of the code that the callback has
 * chosen for this send, if any), $4 provider's id of the message, where that is another one
 */
export const MARK_SENT = `
WITH v AS (
  UPDATE verifications
  SET status = 'pending', provider_reference = $2, provider_message_id = $4, sent_at = now(), updated_at = now(),
    code_length = coalesce($3::int, CASE WHEN own_code_reference = send_reference THEN own_code_length END)
  WHERE id = $1 AND ${provided("status = 'sending'")}
  RETURNING id, provider, code_length
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'sent', jsonb_build_object('provider', provider) FROM v
)
SELECT code_length FROM v`;

/** The same for several. $1 their ids, $2 their rows (see `Sent`), in the order of their ids */
export const MARK_SEVERAL_SENT = `SELECT id, code_length FROM mark_several_sent($1::text[], $2::json)`;

/**
 * The provider certainly did nothing: the next one has the send, under a reference of its own, so that nothing the first
 * one may still say can touch it. $1 id, $2 next provider, $3 new send reference, $4 send reference so far, $5 reason
 */
export const FAIL_OVER = `
WITH held AS (
  SELECT id, provider FROM verifications WHERE id = $1 AND ${provided("status = 'sending'")} AND send_reference = $4 FOR UPDATE
), v AS (
  UPDATE verifications SET provider = $2, send_reference = $3, updated_at = now()
  FROM held WHERE verifications.id = held.id
  RETURNING verifications.*
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'failed_over', jsonb_build_object('provider', provider, 'reason', $5::text) FROM held
)
SELECT ${rowOf('v')} FROM v`;

/** The same for a resend. Parameters as for FAIL_OVER */
export const FAIL_OVER_RESEND = `
WITH held AS (
  SELECT id, resend_provider FROM verifications WHERE id = $1 AND ${provided("status = 'pending'")} AND resend_reference = $4 FOR UPDATE
), v AS (
  UPDATE verifications SET resend_provider = $2, resend_reference = $3, updated_at = now()
  FROM held WHERE verifications.id = held.id
  RETURNING verifications.*
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'failed_over', jsonb_build_object('provider', resend_provider, 'reason', $5::text) FROM held
)
SELECT ${rowOf('v')} FROM v`;

/**
 * The new code replaces the old one, with a life of its own; spent attempts stay spent.
 * $1 id, $2 send reference, $3 provider's id (null when its answer was lost), $4 code length, $5 ttl seconds,
 * $6 whether the outcome is known, $7 provider's id of the message; $4 and $7 as for MARK_SENT
 */
export const MARK_RESENT = `
WITH v AS (
  UPDATE verifications
  SET send_reference = resend_reference, resend_reference = NULL, provider_reference = $3, provider_message_id = $7,
    code_length = coalesce($4::int, CASE WHEN own_code_reference = resend_reference THEN own_code_length END),
    expires_at = now() + make_interval(secs => $5::int), sent_at = now(), updated_at = now(),
    provider = coalesce(resend_provider, provider), channel = coalesce(resend_channel, channel)
  WHERE id = $1 AND resend_reference = $2 AND ${provided("status = 'pending'")}
  RETURNING *
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, CASE WHEN $6::boolean THEN 'sent' ELSE 'outcome_unknown' END, jsonb_build_object('provider', provider) FROM v
)
SELECT ${rowOf('v')} FROM v`;

/** The message may still arrive, so the row can be checked. $1 id */
export const MARK_OUTCOME_UNKNOWN = `
WITH v AS (
  UPDATE verifications SET status = 'pending', updated_at = now()
  WHERE id = $1 AND ${provided("status = 'sending'")}
  RETURNING id, provider
)
INSERT INTO verification_events (verification_id, type, detail)
SELECT id, 'outcome_unknown', jsonb_build_object('provider', provider) FROM v`;

/** The cool-down of a send that is given back, and what its number has counted. */
const GIVE_SEND_BACK = (paidForGuess: boolean) => `
  UPDATE phone_limits AS p
  SET cooldown_step = greatest(p.cooldown_step - 1, 0),
    next_send_at = CASE WHEN p.next_send_at = v.resend_at THEN NULL ELSE p.next_send_at END,
    sends = forgotten(p.sends, v.send_started_at),
    ${paidForGuess ? 'guesses = forgotten(p.guesses, v.send_started_at),' : ''}
    updated_at = touched(p.updated_at)
  FROM v WHERE p.phone_number = v.phone_number AND $3::boolean
  RETURNING v.send_started_at`;

/** A safe number was held to its own limits only: what it did not count against is not given back. */
const GIVE_SHARED_BACK = `
SELECT give_back($4::text[], $5::text[], $6::int[], back.send_started_at)
FROM back WHERE (
  SELECT r.kind FROM number_rules AS r WHERE r.pattern = ANY ($7::text[])
  ORDER BY length(rtrim(r.pattern, '*')) DESC, r.pattern LIMIT 1
) IS DISTINCT FROM 'safe'`;

/**
 * Nothing will arrive. $1 id, $2 failure, $3 whether the send is given back, $4 names, $5 keys and $6 windows
 * of shared limits, $7 patterns, $8 send reference: a send that has been taken for lost meanwhile is not ended a second time
 */
export const MARK_FAILED = `
WITH v AS (
  UPDATE verifications SET status = 'failed', failure = $2, updated_at = now()
  WHERE id = $1 AND ${provided("status = 'sending'")} AND send_reference = $8
  RETURNING *
), back AS (${GIVE_SEND_BACK(true)}
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'failed', jsonb_build_object('provider', provider, 'reason', $2::text) FROM v
)
${GIVE_SHARED_BACK}`;

/** The old code stays good. Parameters as for MARK_FAILED */
export const MARK_RESEND_FAILED = `
WITH v AS (
  UPDATE verifications SET resend_reference = NULL, updated_at = now()
  WHERE id = $1 AND resend_reference = $8
  RETURNING *
), back AS (${GIVE_SEND_BACK(false)}
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'resend_failed', jsonb_build_object('provider', resend_provider, 'reason', $2::text) FROM v
)
${GIVE_SHARED_BACK}`;

/** $1 id */
export const CANCEL = `
WITH v AS (
  UPDATE verifications SET status = 'cancelled', updated_at = now()
  WHERE id = $1 AND ${provided("status = 'pending' AND expires_at > now()")}
  RETURNING id
), e AS (
  INSERT INTO verification_events (verification_id, type) SELECT id, 'cancelled' FROM v
)
SELECT id FROM v`;

/** Its state by the clock of the database. $1 id */
export const FIND = `
SELECT ${rowOf('v')}, CASE WHEN status = 'pending' AND expires_at <= now() THEN 'expired' ELSE status END AS status
FROM verifications AS v WHERE id = $1`;
