/**
 * Statements of endpoints. The scope is an application id; null is the operator's, which is every application.
 */

const COLUMNS = `
  id, application_id AS "applicationId", url, events, number_format AS "numberFormat",
  cardinality(sealed_secrets) AS secrets, failing_since AS "failingSince", disabled_at AS "disabledAt",
  disabled_reason AS "disabledReason", created_at AS "createdAt"`;

const IN_SCOPE = 'deleted_at IS NULL AND ($1::text IS NULL OR application_id = $1)';

/**
 * Returns a row without an endpoint when the application has as many as it may.
 * $1 application, $2 id, $3 url, $4 events, $5 format, $6 secret, $7 maximum
 */
export const CREATE = `
WITH known AS (
  SELECT $1::text IS NULL OR EXISTS (SELECT FROM applications WHERE id = $1) AS "isKnown"
), created AS (
  INSERT INTO webhook_endpoints (id, application_id, url, events, number_format, sealed_secrets)
  SELECT $2, $1::text, $3, $4::text[], $5, ARRAY[$6]
  FROM known WHERE "isKnown" AND count_webhook_endpoints($1) < $7::int
  RETURNING ${COLUMNS}
)
SELECT known."isKnown", created.* FROM known LEFT JOIN created ON true`;

/** $1 scope */
export const LIST = `SELECT ${COLUMNS} FROM webhook_endpoints WHERE ${IN_SCOPE} ORDER BY created_at, id`;

/** $1 scope, $2 id */
export const FIND = `SELECT ${COLUMNS} FROM webhook_endpoints WHERE ${IN_SCOPE} AND id = $2`;

/** Deletes its secrets now; the retention deletes its deliveries. $1 scope, $2 id */
export const DELETE = `
UPDATE webhook_endpoints SET deleted_at = now(), sealed_secrets = '{}',
  disabled_at = coalesce(disabled_at, now()), disabled_reason = coalesce(disabled_reason, 'operator')
WHERE ${IN_SCOPE} AND id = $2 RETURNING id`;

/** $1 scope, $2 id, $3 new secret, $4 whether the newest old one stays valid */
export const ROTATE = `
UPDATE webhook_endpoints
SET sealed_secrets = ARRAY[$3::text] || CASE WHEN $4::boolean THEN sealed_secrets[1:1] ELSE '{}' END
WHERE ${IN_SCOPE} AND id = $2 RETURNING ${COLUMNS}`;

/** $1 scope, $2 id */
export const DISABLE = `
UPDATE webhook_endpoints
SET disabled_at = coalesce(disabled_at, now()), disabled_reason = coalesce(disabled_reason, 'operator')
WHERE ${IN_SCOPE} AND id = $2 RETURNING ${COLUMNS}`;

/** $1 scope, $2 id */
export const ENABLE = `
UPDATE webhook_endpoints SET disabled_at = NULL, disabled_reason = NULL, failing_since = NULL
WHERE ${IN_SCOPE} AND id = $2 RETURNING ${COLUMNS}`;

/** Newest first. $1 endpoint, $2 maximum */
export const DELIVERIES = `
SELECT id::text, event_id AS "eventId", type, verification_id AS "verificationId", status, occurred_at AS "occurredAt",
  CASE status WHEN 'pending' THEN next_attempt_at END AS "nextAttemptAt", attempt_log AS attempts
FROM webhook_deliveries AS d WHERE endpoint_id = $1 ORDER BY d.id DESC LIMIT $2::int`;

/** Makes one delivery due, or all failed ones. $1 endpoint, $2 id or null */
export const REPLAY = `
UPDATE webhook_deliveries
SET status = 'pending', next_attempt_at = now(), attempts = CASE status WHEN 'pending' THEN attempts ELSE 0 END
WHERE endpoint_id = $1 AND CASE WHEN $2::bigint IS NULL THEN status = 'failed' ELSE id = $2::bigint END
RETURNING id`;

/** $1 endpoint, $2 application or null, $3 event id, $4 type */
export const ADD_TEST = `
INSERT INTO webhook_deliveries (endpoint_id, application_id, event_id, type, data) VALUES ($1, $2, $3, $4, '{}')`;

/** Counts a request. $1 application, $2 quota of a minute */
export const TAKE_LIMIT = `
SELECT t.refused_by, t.quota, t.window_seconds, t.wait
FROM take_limits(ARRAY['webhook-per-application'], ARRAY[$1::text], ARRAY[$2::int], ARRAY[60]) AS t`;

/** Creates the endpoint of the development page, or moves it to the port of this start. $1 id, $2 url, $3 secret */
export const PUT_DEVELOPMENT = `
INSERT INTO webhook_endpoints (id, url, events, number_format, sealed_secrets)
VALUES ($1, $2, '{*}', 'full', ARRAY[$3])
ON CONFLICT (id) DO UPDATE SET url = excluded.url, sealed_secrets = excluded.sealed_secrets, failing_since = NULL,
  disabled_at = NULL, disabled_reason = NULL, deleted_at = NULL`;
