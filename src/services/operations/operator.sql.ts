import { eraseDeliveries } from '../webhooks/outbox.sql.js';
import { eraseUser, userIdOf } from '../users/user.sql.js';
import { idsOfNumber, namesNumber, STATUS_NOW } from '../verifications/records.sql.js';

/** Statements of the operator commands. The lock order is that of verifications/records.sql.ts. */

/** The cool-down and the wrong-code run of a number. $1 phone key, $2 cool-down seconds */
export const STATE = `
SELECT wrong_run, is_stopped(wrong_run) AS is_stopped, last_send_at,
  coalesce(ceil(cooldown_left(next_send_at, $2::int)), 0)::int AS cooldown
FROM phone_limits WHERE phone_key = $1`;

/**
 * The current usage of each limit, over all shards.
 * $1 names, $2 keys, $3 quotas, $4 windows, $5 phone key
 */
export const USED = `
SELECT r.name, r.key, r.quota, r.secs AS "windowSeconds", CASE WHEN r.name IN ('send-per-phone', 'wrong-per-phone') THEN (
  SELECT count(*)::int FROM phone_limits AS p
  CROSS JOIN unnest(CASE r.name WHEN 'send-per-phone' THEN p.sends ELSE p.guesses END) AS at
  WHERE p.phone_key = $5 AND at > now() - make_interval(secs => r.secs)
) ELSE (
  SELECT coalesce(sum(e.hits), 0)::int
  FROM limit_counters AS l CROSS JOIN unnest(l.slots, l.counts) AS e (slot, hits)
  WHERE (l.key = r.key OR l.key LIKE r.key || '/%') AND l.limit_name = r.name AND l.window_seconds = r.secs
    AND e.slot >= slot_of(now(), r.secs) - 60
) END AS used
FROM unnest($1::text[], $2::text[], $3::int[], $4::int[]) WITH ORDINALITY AS r (name, key, quota, secs, place)
ORDER BY r.place`;

/** The newest verifications of a number. $1 phone key */
export const NEWEST = `
SELECT id, application_id AS "applicationId", purpose, channel, created_at AS "createdAt", ${STATUS_NOW}
FROM verifications WHERE id IN (${idsOfNumber('$1')}) ORDER BY created_at DESC LIMIT 10`;

/** Rules that cover a number. The rule in force comes first, by the order of number_rule. $1 patterns */
export const COVERING_RULES = `
SELECT pattern, kind, note, created_at AS "createdAt" FROM number_rules
WHERE pattern = ANY ($1::text[]) ORDER BY length(rtrim(pattern, '*')) DESC, pattern`;

/** $1 pattern, $2 kind, $3 note */
export const PUT_RULE = `
INSERT INTO number_rules (pattern, kind, note) VALUES ($1, $2, $3)
ON CONFLICT (pattern) DO UPDATE SET kind = excluded.kind, note = excluded.note
RETURNING pattern, kind, note, created_at AS "createdAt"`;

/**
 * Resets the wrong-code run of a number and its account, the cool-down, the wrong-code limits of the number
 * and the named limits of the account.
 * $1 phone, $2 phone key, $3 names, $4 whether to reset the send limits too
 */
export const UNBLOCK = `
WITH a AS (
  UPDATE accounts SET wrong_factors = 0, updated_at = now() WHERE user_id = (${userIdOf('$1')})
  RETURNING accounts.id
), before AS (
  SELECT * FROM phone_limits WHERE phone_key = $2 FOR UPDATE
), p AS (
  UPDATE phone_limits AS p SET wrong_run = 0, cooldown_step = 0, next_send_at = NULL, updated_at = now(),
    guesses = '{}', sends = CASE WHEN $4::boolean THEN '{}' ELSE p.sends END
  FROM before WHERE p.phone_key = before.phone_key RETURNING 1
), c AS (
  DELETE FROM limit_counters
  WHERE (key = $2 OR key IN (SELECT id::text FROM a)) AND limit_name = ANY ($3::text[])
    AND (SELECT count(*) FROM p) >= 0 -- lock order: number, counters
  RETURNING 1
)
SELECT coalesce((SELECT wrong_run FROM before), 0) AS "wrongRun",
  (SELECT count(*)::int FROM c) + coalesce((
    SELECT cardinality(guesses) + CASE WHEN $4::boolean THEN cardinality(sends) ELSE 0 END FROM before
  ), 0) AS counters`;

/**
 * Deletes what the statement's snapshot has of a number. Keeps spent proofs: they contain no number, and
 * deleting one would make it valid again. Deletes a stored answer that names the number, and clears a
 * `reference` that does in the verification of another number.
 * $1 phone, $2 phone key, $3 digits of the phone and of its earlier forms
 */
export const ERASE = `
WITH a AS (
  SELECT id FROM accounts WHERE user_id IN (${userIdOf('$1')})
), s AS (
  SELECT id FROM account_sessions WHERE account_id IN (SELECT id FROM a)
), v AS (
  DELETE FROM verifications WHERE id IN (${idsOfNumber('$2')}) RETURNING id, send_reference, resend_reference
), r AS (
  UPDATE verifications SET reference = NULL, updated_at = now()
  WHERE phone_key <> $2 AND ${namesNumber('reference', '$3')} RETURNING id, phone_number
), k AS (
  DELETE FROM idempotency_keys
  WHERE verification_id IN (SELECT id FROM v UNION ALL SELECT id FROM r) OR (${namesNumber('body', '$3')})
  RETURNING 1
), w AS (
  ${eraseDeliveries(`phone_number = $1 OR (verification_id IN (SELECT id FROM r) AND phone_number IN (SELECT phone_number FROM r))`)}
), ck AS (
  DELETE FROM check_keys WHERE verification_id IN (SELECT id FROM v) RETURNING 1
), l AS (
  DELETE FROM local_codes WHERE key IN (SELECT send_reference FROM v UNION ALL SELECT resend_reference FROM v)
  RETURNING 1
), p AS (
  DELETE FROM phone_limits WHERE phone_key = $2 AND (SELECT count(*) FROM v) >= 0 RETURNING 1
), c AS (
  DELETE FROM limit_counters
  WHERE key = ANY (ARRAY(SELECT $2 UNION ALL SELECT id::text FROM a)) AND (SELECT count(*) FROM p) >= 0 RETURNING 1
), u AS (
  ${eraseUser('$1', '(SELECT count(*) FROM c) >= 0')}
)
SELECT (SELECT count(*)::int FROM v) AS verifications,
  (SELECT count(*)::int FROM verification_events WHERE verification_id IN (SELECT id FROM v)) AS verification_events,
  (SELECT count(*)::int FROM r) AS "references",
  (SELECT count(*)::int FROM k) AS idempotency_keys,
  (SELECT count(*)::int FROM w) AS webhook_deliveries,
  (SELECT count(*)::int FROM ck) AS check_keys,
  (SELECT count(*)::int FROM l) AS local_codes,
  (SELECT count(*)::int FROM u) AS users,
  (SELECT count(*)::int FROM user_applications WHERE user_id IN (SELECT id FROM u)) AS user_applications,
  (SELECT count(*)::int FROM a) AS accounts,
  (SELECT count(*)::int FROM account_logins WHERE account_id IN (SELECT id FROM a)) AS account_logins,
  (SELECT count(*)::int FROM s) AS account_sessions,
  (SELECT count(*)::int FROM account_refresh_tokens WHERE session_id IN (SELECT id FROM s)) AS account_refresh_tokens,
  (SELECT count(*)::int FROM account_totp WHERE account_id IN (SELECT id FROM a)) AS account_totp,
  (SELECT count(*)::int FROM account_backup_codes WHERE account_id IN (SELECT id FROM a)) AS account_backup_codes,
  (SELECT count(*)::int FROM p) AS phone_limits,
  (SELECT count(*)::int FROM c) AS limit_counters`;
