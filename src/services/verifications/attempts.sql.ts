import { provided } from '../../database/provided.js';
import { takenRowOf, UNREFUSED } from './rows.js';

/** The statements behind a check. See verification-record.sql.ts for what they have in common. */

/**
 * Spends the attempt if the number's budget of wrong codes allows it. Follows a CTE `held` with the locked row, whose
 * conditions hold as long as the lock does. Said again here they would tempt the planner to look for the row among all
 * that are pending.
 */
const SPEND = (column: 'attempts' | 'phone_attempts', prepaid: string) => `
guess AS (
  SELECT t.* FROM held CROSS JOIN LATERAL take_guess(held.phone_number, ${prepaid}, $2::int[], $3::int[]) AS t
), v AS (
  UPDATE verifications SET ${column} = verifications.${column} + 1, last_attempt_at = now(), updated_at = now()
  FROM guess, held
  WHERE verifications.id = held.id AND guess.refused_by IS NULL
  RETURNING verifications.*
)
SELECT guess.refused_by, guess.quota, guess.window_seconds, guess.wait, ${takenRowOf('v')}
FROM guess LEFT JOIN v ON true`;

/**
 * Spends an attempt of the holder before anything is compared. No row back: there is none to spend.
 * $1 id, $2 quotas, $3 windows of the limits on wrong codes
 */
export const TAKE_ATTEMPT = `
WITH held AS (
  SELECT * FROM verifications
  WHERE id = $1 AND ${provided("status = 'pending' AND expires_at > now() AND attempts < max_attempts")}
  FOR UPDATE
), ${SPEND('attempts', 'held.attempts = 0')}`;

/** TAKE_ATTEMPT for several, without those that anything refuses. $1 ids, $2 and $3 as above */
export const TAKE_SEVERAL_ATTEMPTS = `
SELECT ${takenRowOf('v')}, ${UNREFUSED}
FROM take_several_attempts($1::text[], $2::int[], $3::int[]) AS v`;

/**
 * The same for whoever knows only the number, counted apart: a stranger cannot use up the holder's attempts. The code of
 * a login is good for that login alone.
 * $1 phone, $2 and $3 as above, $4 purpose
 */
export const TAKE_ATTEMPT_BY_PHONE = `
WITH newest AS (
  SELECT id FROM verifications
  WHERE phone_number = $1 AND purpose = $4 AND status = 'pending' AND login_id IS NULL
  ORDER BY created_at DESC LIMIT 1
), held AS (
  SELECT verifications.* FROM verifications JOIN newest USING (id)
  WHERE ${provided("status = 'pending' AND expires_at > now() AND phone_attempts < max_attempts")}
  FOR UPDATE OF verifications
), ${SPEND('phone_attempts', 'false')}`;

/**
 * Gives an attempt back that certainly reached nobody. The first one of the holder was paid by the send and stays
 * paid. $1 id, $2 whether it was taken by number
 */
export const RETURN_ATTEMPT = `
WITH v AS (
  UPDATE verifications SET
    attempts = attempts - CASE WHEN $2::boolean THEN 0 ELSE 1 END,
    phone_attempts = phone_attempts - CASE WHEN $2::boolean THEN 1 ELSE 0 END,
    updated_at = now()
  WHERE id = $1 AND ${provided("status = 'pending'")}
  RETURNING *
)
UPDATE phone_limits AS p SET
  wrong_run = greatest(p.wrong_run - 1, 0),
  guesses = CASE WHEN $2::boolean OR v.attempts > 0 THEN forgotten(p.guesses, v.last_attempt_at) ELSE p.guesses END,
  updated_at = touched(p.updated_at)
FROM v WHERE p.phone_number = v.phone_number`;

/** Why an attempt was not given. $1 id */
export const EXPLAIN_REFUSED_ATTEMPT = `
SELECT status, expires_at <= now() AS late, phone_number, country FROM verifications WHERE id = $1`;

/** $1 id, $2 type, $3 detail */
export const ADD_EVENT = `
INSERT INTO verification_events (verification_id, type, detail) VALUES ($1, $2, $3::jsonb)`;

/**
 * The one success: verification, user, cool-down, run of wrong codes and timeline in one statement, so in one
 * transaction. Of any number of approvals only one finds the row pending.
 * Channel and provider are those that the code was checked for, whatever a resend has made of the row meanwhile.
 * $1 id, $2 whether it was checked by number, $3 proof id, $4 cool-down seconds, $5 channel, $6 provider
 */
export const MARK_VERIFIED = `
WITH v AS (
  UPDATE verifications
  SET status = 'verified', verified_at = now(), proof_id = $3, channel = $5, provider = $6, updated_at = now()
  WHERE id = $1 AND ${provided("status = 'pending'")}
  RETURNING *
), u AS (
  INSERT INTO users AS u (phone_number, country, status, verified_at, last_verified_at)
  SELECT phone_number, country, 'verified', now(), now() FROM v
  ON CONFLICT (phone_number) DO UPDATE SET
    status = 'verified',
    verified_at = coalesce(u.verified_at, now()),
    last_verified_at = now(),
    updated_at = now()
), p AS (
  UPDATE phone_limits AS p
  SET cooldown_step = 0, wrong_run = 0, updated_at = touched(p.updated_at),
    -- The guess was not wrong: its moment goes, which is that of the send where this had paid for it.
    guesses = forgotten(p.guesses,
      CASE WHEN v.attempts = 1 AND NOT $2::boolean THEN v.created_at ELSE v.last_attempt_at END),
    -- Null, after a send that was given back, stays null: least() alone would bring its cool-down back.
    next_send_at = CASE WHEN p.next_send_at IS NOT NULL
      THEN least(p.next_send_at, p.last_send_at + make_interval(secs => $4::int)) END
  FROM v WHERE p.phone_number = v.phone_number
), e AS (
  INSERT INTO verification_events (verification_id, type) SELECT id, 'verified' FROM v
)
SELECT verified_at FROM v`;

/** The same for several. $1 their ids, $2 their rows (see `Approved`), in the order of their ids, $3 cool-down seconds */
export const MARK_SEVERAL_VERIFIED = `
SELECT id, verified_at FROM mark_several_verified($1::text[], $2::json, $3::int)`;
