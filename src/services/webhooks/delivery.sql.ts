/** Statements of the delivery worker. Several processes run them at once. */

/** The error of an attempt that the end of the process cut off. It says nothing about the endpoint. */
export const INTERRUPTED = 'interrupted';

/**
 * Leases due deliveries, at most as many for each endpoint as it has room. A lease that ends unsettled makes
 * the delivery due again.
 * $1 endpoints with deliveries in flight here, $2 their number, $3 room of an endpoint, $4 room of a failing
 * one, $5 seconds of the lease
 */
export const LEASE = `
WITH room AS (
  SELECT p.id, CASE WHEN p.failing_since IS NULL THEN $3::int ELSE $4::int END - coalesce(b.running, 0) AS free
  FROM webhook_endpoints AS p
  LEFT JOIN unnest($1::text[], $2::int[]) AS b (endpoint_id, running) ON b.endpoint_id = p.id
  WHERE p.disabled_at IS NULL
), due AS (
  SELECT d.endpoint_id, d.id FROM room AS r
  CROSS JOIN LATERAL (
    SELECT d.endpoint_id, d.id FROM webhook_deliveries AS d
    WHERE d.endpoint_id = r.id AND d.status = 'pending' AND d.next_attempt_at <= now()
      AND (d.leased_until IS NULL OR d.leased_until < now())
    ORDER BY d.next_attempt_at LIMIT greatest(r.free, 0) FOR UPDATE SKIP LOCKED
  ) AS d
)
UPDATE webhook_deliveries AS d
SET attempts = d.attempts + 1, leased_until = now() + make_interval(secs => $5::int)
FROM due JOIN webhook_endpoints AS p ON p.id = due.endpoint_id
WHERE d.endpoint_id = due.endpoint_id AND d.id = due.id
RETURNING d.endpoint_id AS "endpointId", d.id, d.event_id AS "eventId", d.type, d.application_id AS "applicationId",
  d.verification_id AS "verificationId", d.phone_number AS "phoneNumber", d.data, d.occurred_at AS "occurredAt",
  d.attempts, now() AS "leasedAt", p.url, p.sealed_secrets AS "sealedSecrets", p.number_format AS "numberFormat"`;

/**
 * Records attempts. Leaves a delivery alone that was leased again meanwhile. Returns the endpoints that this
 * disables: those that are gone, and those that have failed for five days.
 * $1 outcomes, with column names (see `Outcome`)
 */
export const SETTLE = `
WITH o AS (
  SELECT * FROM json_to_recordset($1::json) AS o (
    endpoint_id text, id bigint, attempts integer, result text, retry_seconds double precision, status integer,
    error text, duration_ms integer, answer text
  )
), d AS (
  UPDATE webhook_deliveries AS d SET
    status = CASE WHEN o.result IN ('delivered', 'failed') THEN o.result ELSE 'pending' END,
    next_attempt_at = CASE o.result WHEN 'retry' THEN now() + make_interval(secs => o.retry_seconds)
      ELSE d.next_attempt_at END,
    leased_until = NULL,
    attempt_log = d.attempt_log || jsonb_build_array(jsonb_build_object(
      'at', now() - make_interval(secs => o.duration_ms / 1000.0), 'status', o.status, 'error', o.error,
      'durationMs', o.duration_ms, 'answer', o.answer))
  FROM o
  WHERE d.endpoint_id = o.endpoint_id AND d.id = o.id AND d.attempts = o.attempts AND d.status = 'pending'
), e AS (
  SELECT endpoint_id, bool_or(result = 'delivered') AS is_well, bool_or(status = 410) AS is_gone
  FROM o WHERE error IS DISTINCT FROM '${INTERRUPTED}' GROUP BY endpoint_id ORDER BY endpoint_id
)
UPDATE webhook_endpoints AS p SET
  failing_since = CASE WHEN NOT e.is_well THEN coalesce(p.failing_since, now()) END,
  disabled_at = CASE WHEN e.is_gone OR NOT e.is_well AND p.failing_since < now() - interval '5 days' THEN now() END,
  disabled_reason = CASE WHEN e.is_gone THEN 'gone'
    WHEN NOT e.is_well AND p.failing_since < now() - interval '5 days' THEN 'failing' END
FROM e
WHERE p.id = e.endpoint_id AND p.disabled_at IS NULL AND (
  e.is_gone OR (e.is_well AND p.failing_since IS NOT NULL)
  OR (NOT e.is_well AND (p.failing_since IS NULL OR p.failing_since < now() - interval '5 days'))
)
RETURNING p.id AS "endpointId", p.disabled_reason AS "disabledReason"`;

/** Endpoints and their encrypted secrets, for a change of the key. */
export const SEALED = `SELECT id, sealed_secrets AS "sealedSecrets" FROM webhook_endpoints WHERE deleted_at IS NULL`;

/** $1 id, $2 new secrets, $3 those that they replace */
export const RESEAL = `
UPDATE webhook_endpoints SET sealed_secrets = $2::text[] WHERE id = $1 AND sealed_secrets = $3::text[]`;
