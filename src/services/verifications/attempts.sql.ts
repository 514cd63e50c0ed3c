import { unindexed } from '../../database/key-lookup.js';
import { columnsOf, isOf } from './rows.js';

/** Statements of a check. The rules in records.sql.ts apply here too. */

/** Spends one attempt of each holder. $1 ids, $2 quotas and $3 windows of the wrong-code limits, $4 applications */
export const TAKE_ATTEMPTS = `SELECT * FROM take_attempts($1::text[], 'holder', $2::int[], $3::int[], $4::text[])`;

/**
 * Spends an attempt on the newest pending verification of a number. Excludes codes of logins, which are
 * valid for their login only.
 * $1 phone key, $2 purpose, $3 quotas and $4 windows of the wrong-code limits, $5 application
 */
export const TAKE_ATTEMPT_BY_PHONE = `
SELECT * FROM take_attempts(
  ARRAY(
    SELECT id FROM verifications
    WHERE phone_key = $1 AND purpose = $2 AND status = 'pending' AND login_id IS NULL AND ${isOf('$5')}
    ORDER BY created_at DESC LIMIT 1
  ),
  'phone', $3::int[], $4::int[]
)`;

/**
 * Refunds an attempt whose code was not compared. The message has paid for the holder's first guess, so that
 * guess stays counted.
 * $1 id, $2 taken by
 */
export const RETURN_ATTEMPT = `
WITH v AS (
  UPDATE verifications SET
    attempts = attempts - CASE $2::text WHEN 'holder' THEN 1 ELSE 0 END,
    phone_attempts = phone_attempts - CASE $2::text WHEN 'holder' THEN 0 ELSE 1 END,
    updated_at = now()
  WHERE id = $1 AND ${unindexed("status = 'pending'")}
  RETURNING *
)
UPDATE phone_limits AS p SET
  wrong_run = greatest(p.wrong_run - 1, 0),
  guesses = CASE WHEN $2::text = 'phone' OR v.attempts > 0
    THEN log_remove(p.guesses, v.last_attempt_at) ELSE p.guesses END,
  updated_at = touched(p.updated_at)
FROM v WHERE p.phone_key = v.phone_key`;

/** The status of a verification. $1 id, $2 application or null */
export const STATUS = `
SELECT status, expires_at <= now() AS is_late, phone_number, country FROM verifications
WHERE id = $1 AND ${isOf('$2')}`;

/**
 * The status of a verification and, in the same snapshot, the refusal of a message to its number.
 * $1 id, $2 phone key, $3 patterns, $4 cool-down seconds, $5 and $6 quotas and windows of sends, $7 and $8
 * of guesses, $9 to $13 names, keys, quotas, windows and numbers (see `SharedRules`) of shared limits
 */
export const STATUS_AND_REFUSAL = `
SELECT v.status, v.expires_at <= now() AS is_late, r.refused_by, r.quota, r.window_seconds, r.wait
FROM verifications AS v
LEFT JOIN LATERAL send_refusal(
  $2, number_rule($3::text[]), $4::int, $5::int[], $6::int[], $7::int[], $8::int[], $9::text[], $10::text[], $11::int[], $12::int[],
  $13::boolean[], was_verified(v.phone_number, v.application_id, now())
) AS r ON true
WHERE v.id = $1`;

/**
 * A row if every attempt but the running one was denied, or was lost with this tag, and none was by number.
 * $1 id, $2 tag, $3 whether the running attempt is a lost one; otherwise an earlier one must be
 */
export const ONLY_LOST_CHECK = `
SELECT 1
FROM verifications AS v
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE type = 'denied') AS denied,
    count(*) FILTER (WHERE type = 'check_failed' AND detail->>'tag' = $2) AS lost
  FROM verification_events WHERE verification_id = v.id
) AS e
WHERE v.id = $1 AND v.status = 'pending' AND v.phone_attempts = 0
  AND v.attempts - 1 = e.denied + e.lost AND (e.lost > 0 OR $3::boolean)`;

/** $1 id, $2 type, $3 detail */
export const ADD_EVENT = `
INSERT INTO verification_events (verification_id, type, detail) VALUES ($1, $2, $3::jsonb)`;

/** A verified verification with its proof. $1 id, $2 application */
export const FIND_VERIFIED = `
SELECT ${columnsOf('v')}, v.proof_id FROM verifications AS v
WHERE id = $1 AND status = 'verified' AND proof_id IS NOT NULL AND ${isOf('$2')}`;

/** Marks verifications verified, each once. $1 ids, $2 their rows (see `Approved`), $3 cool-down seconds */
export const MARK_VERIFIED = `SELECT * FROM mark_verified($1::text[], $2::json, $3::int)`;
