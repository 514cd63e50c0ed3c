/**
 * The statements behind a verification. Each is one round trip and decides, counts and writes at once:
 * whatever can be raced is guarded by its own WHERE, so no isolation level and no lock of ours is needed.
 * Times are now() of the database.
 */

/**
 * Takes a send for the number if its cool-down and windows allow it, and opens the row and its timeline.
 * No row back means refused and nothing written.
 *
 * $1 id, $2 phone, $3 country, $4 purpose, $5 channel, $6 locale, $7 reference, $8 provider, $9 send reference,
 * $10 max attempts, $11 ttl seconds, $12 cool-down seconds, $13 quotas, $14 windows in seconds
 */
export const OPEN = `
WITH slot AS (
  INSERT INTO phone_limits AS p (phone_number, sends, cooldown_step, last_send_at, next_send_at)
  VALUES ($2, ARRAY[now()], 1, now(), now() + make_interval(secs => $12::int))
  ON CONFLICT (phone_number) DO UPDATE SET
    sends = ARRAY(
      SELECT t FROM unnest(p.sends) AS t
      WHERE t > now() - make_interval(secs => (SELECT coalesce(max(s), 0) FROM unnest($14::int[]) AS s))
    ) || now(),
    cooldown_step = CASE WHEN p.last_send_at > now() - interval '24 hours' THEN p.cooldown_step + 1 ELSE 1 END,
    last_send_at = now(),
    next_send_at = now() + make_interval(secs => CASE
      WHEN p.last_send_at > now() - interval '24 hours'
      THEN least(1920, $12::int * 2 ^ least(p.cooldown_step, 12))
      ELSE $12::int END),
    updated_at = now()
  WHERE ($12::int = 0 OR p.next_send_at IS NULL OR p.next_send_at <= now())
    AND NOT EXISTS (
      SELECT FROM unnest($13::int[], $14::int[]) AS l(quota, secs)
      WHERE (SELECT count(*) FROM unnest(p.sends) AS t WHERE t > now() - make_interval(secs => l.secs)) >= l.quota
    )
  RETURNING next_send_at
), v AS (
  INSERT INTO verifications (id, phone_number, country, purpose, channel, locale, reference, provider,
    send_reference, max_attempts, expires_at, resend_at)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::int, now() + make_interval(secs => $11::int), slot.next_send_at
  FROM slot
  RETURNING *
), e AS (
  INSERT INTO verification_events (verification_id, type, detail)
  SELECT id, 'requested', jsonb_build_object('channel', channel) FROM v
)
SELECT * FROM v`;

/** How long each rule still refuses the number. $1 phone, $2 quotas, $3 windows in seconds */
export const EXPLAIN_REFUSED_SEND = `
SELECT extract(epoch FROM p.next_send_at - now())::float8 AS cooldown_wait,
  worst.quota, worst.secs AS window_seconds, worst.wait AS window_wait
FROM phone_limits AS p
LEFT JOIN LATERAL (
  SELECT l.quota, l.secs, extract(epoch FROM hit.t + make_interval(secs => l.secs) - now())::float8 AS wait
  FROM unnest($2::int[], $3::int[]) AS l(quota, secs)
  CROSS JOIN LATERAL (
    SELECT t FROM unnest(p.sends) AS t ORDER BY t DESC OFFSET l.quota - 1 LIMIT 1
  ) AS hit
  WHERE hit.t > now() - make_interval(secs => l.secs)
  ORDER BY wait DESC LIMIT 1
) AS worst ON true
WHERE p.phone_number = $1`;

/** The provider has accepted. $1 id, $2 provider's id, $3 code length */
export const MARK_SENT = `
WITH v AS (
  UPDATE verifications
  SET status = 'pending', provider_reference = $2, code_length = $3::int, sent_at = now(), updated_at = now()
  WHERE id = $1 AND status = 'sending'
  RETURNING *
), e AS (
  INSERT INTO verification_events (verification_id, type) SELECT id, 'sent' FROM v
)
SELECT * FROM v`;

/** The message may still arrive, so the row can be checked. $1 id */
export const MARK_OUTCOME_UNKNOWN = `
WITH v AS (
  UPDATE verifications SET status = 'pending', updated_at = now()
  WHERE id = $1 AND status = 'sending'
  RETURNING id
)
INSERT INTO verification_events (verification_id, type) SELECT id, 'outcome_unknown' FROM v`;

/** Nothing will arrive. $1 id, $2 failure, $3 whether the number gets its send back */
export const MARK_FAILED = `
WITH v AS (
  UPDATE verifications SET status = 'failed', failure = $2, updated_at = now()
  WHERE id = $1 AND status = 'sending'
  RETURNING *
), back AS (
  UPDATE phone_limits AS p
  SET sends = array_remove(p.sends, v.created_at),
    cooldown_step = greatest(p.cooldown_step - 1, 0),
    next_send_at = CASE WHEN p.next_send_at = v.resend_at THEN NULL ELSE p.next_send_at END,
    updated_at = now()
  FROM v WHERE p.phone_number = v.phone_number AND $3::boolean
)
INSERT INTO verification_events (verification_id, type, detail)
SELECT id, 'failed', jsonb_build_object('reason', $2::text) FROM v`;

/** Spends an attempt of the holder before anything is compared. $1 id */
export const TAKE_ATTEMPT = `
UPDATE verifications SET attempts = attempts + 1, updated_at = now()
WHERE id = $1 AND status = 'pending' AND expires_at > now() AND attempts < max_attempts
RETURNING *`;

/**
 * The same for whoever knows only the number, counted apart: a stranger cannot use up the holder's attempts.
 * $1 phone, $2 purpose
 */
export const TAKE_ATTEMPT_BY_PHONE = `
UPDATE verifications SET phone_attempts = phone_attempts + 1, updated_at = now()
WHERE id = (
    SELECT id FROM verifications
    WHERE phone_number = $1 AND purpose = $2 AND status = 'pending'
    ORDER BY created_at DESC LIMIT 1
  )
  AND status = 'pending' AND expires_at > now() AND phone_attempts < max_attempts
RETURNING *`;

/** Gives an attempt back that certainly reached nobody. $1 id, $2 whether it was taken by number */
export const RETURN_ATTEMPT = `
UPDATE verifications SET
  attempts = attempts - CASE WHEN $2::boolean THEN 0 ELSE 1 END,
  phone_attempts = phone_attempts - CASE WHEN $2::boolean THEN 1 ELSE 0 END,
  updated_at = now()
WHERE id = $1 AND status = 'pending'`;

/** Why an attempt was not given. $1 id */
export const EXPLAIN_REFUSED_ATTEMPT = `
SELECT status, expires_at <= now() AS late, attempts >= max_attempts AS exhausted,
  extract(epoch FROM resend_at - now())::float8 AS resend_wait
FROM verifications WHERE id = $1`;

/** $1 id, $2 type, $3 detail */
export const ADD_EVENT = `
INSERT INTO verification_events (verification_id, type, detail) VALUES ($1, $2, $3::jsonb)`;

/**
 * The one success: verification, user, cool-down and timeline in one statement, so in one transaction. Of any
 * number of approvals only one finds the row pending. $1 id, $2 proof id, $3 cool-down seconds
 */
export const MARK_VERIFIED = `
WITH v AS (
  UPDATE verifications SET status = 'verified', verified_at = now(), proof_id = $2, updated_at = now()
  WHERE id = $1 AND status = 'pending'
  RETURNING *
), u AS (
  INSERT INTO users AS u (phone_number, country, status, verified_at, last_verified_at)
  SELECT phone_number, country, 'verified', now(), now() FROM v
  ON CONFLICT (phone_number) DO UPDATE SET
    status = 'verified',
    verified_at = coalesce(u.verified_at, now()),
    last_verified_at = now(),
    updated_at = now()
), l AS (
  UPDATE phone_limits AS p
  SET cooldown_step = 0,
    next_send_at = least(p.next_send_at, p.last_send_at + make_interval(secs => $3::int)),
    updated_at = now()
  FROM v WHERE p.phone_number = v.phone_number
), e AS (
  INSERT INTO verification_events (verification_id, type) SELECT id, 'verified' FROM v
)
SELECT * FROM v`;
