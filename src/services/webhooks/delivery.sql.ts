/** Statements of the delivery worker. Several processes run them at once. */

/** The error of an attempt that the end of the process cut off. It says nothing about the endpoint. */
export const INTERRUPTED = 'interrupted';

/** Attempts of a delivery that are kept, the newest. A replay starts anew, but keeps them. */
const KEPT_ATTEMPTS = 20;

/**
 * Leases due deliveries. A lease that ends unsettled makes the delivery due again.
 *
 * Limits what is in flight of an endpoint, of an application, and of all. Endpoints take turns within their
 * application, and applications take turns within the process. The first places of an application are its own:
 * they are there when others have filled the process.
 * $1 endpoints with deliveries in flight here, $2 their number, $3 places (see `Places`), $4 seconds of the
 * lease
 */
export const LEASE = `
WITH places AS (
  SELECT * FROM json_to_record($3::json) AS p (endpoint int, failing int, application int, own int, total int)
), room AS (
  SELECT p.id, p.application_id, p.disabled_at, coalesce(b.running, 0) AS running,
    least(CASE WHEN p.failing_since < now() - interval '10 seconds' THEN places.failing ELSE places.endpoint END, places.application) AS places,
    sum(coalesce(b.running, 0)) OVER (PARTITION BY p.application_id) AS of_application,
    sum(coalesce(b.running, 0)) OVER () AS of_all
  FROM places CROSS JOIN webhook_endpoints AS p
  LEFT JOIN unnest($1::text[], $2::int[]) AS b (endpoint_id, running) ON b.endpoint_id = p.id
), due AS (
  SELECT r.application_id, r.of_application, r.of_all, d.endpoint_id, d.id,
    r.running + row_number() OVER (PARTITION BY d.endpoint_id ORDER BY d.next_attempt_at, d.id) AS turn
  FROM room AS r CROSS JOIN LATERAL (
    SELECT d.endpoint_id, d.id, d.next_attempt_at FROM webhook_deliveries AS d
    WHERE d.endpoint_id = r.id AND d.status = 'pending' AND d.next_attempt_at <= now()
      AND (d.leased_until IS NULL OR d.leased_until < now())
    ORDER BY d.next_attempt_at LIMIT greatest(r.places - r.running, 0) FOR UPDATE SKIP LOCKED
  ) AS d
  WHERE r.disabled_at IS NULL
), in_application AS (
  SELECT endpoint_id, id, of_all,
    of_application + row_number() OVER (PARTITION BY application_id ORDER BY turn, endpoint_id) AS turn
  FROM due
), in_all AS (
  SELECT endpoint_id, id, turn, of_all + row_number() OVER (ORDER BY turn, endpoint_id) AS place
  FROM in_application JOIN places ON turn <= places.application
)
UPDATE webhook_deliveries AS d
SET attempts = d.attempts + 1, leased_until = now() + make_interval(secs => $4::int)
FROM in_all AS due CROSS JOIN places JOIN webhook_endpoints AS p ON true
WHERE (due.place <= places.total OR due.turn <= places.own) AND p.id = due.endpoint_id
  AND d.endpoint_id = due.endpoint_id AND d.id = due.id
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
    attempt_log = jsonb_path_query_array(d.attempt_log, '$[last - ${KEPT_ATTEMPTS - 2} to last]') || jsonb_build_array(jsonb_build_object(
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
