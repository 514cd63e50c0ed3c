/** Days that deliveries are kept, at most. */
const KEPT_DAYS = 14;

/** Deletes the deliveries of verifications. @param where condition on `webhook_deliveries` */
export const eraseDeliveries = (where: string): string =>
  `DELETE FROM webhook_deliveries WHERE ${where} RETURNING 1`;

/** A batch of deliveries older than 14 days, or than verifications. $1 days that verifications are kept */
export const oldDeliveries = (batchSize: number): string => `
DELETE FROM webhook_deliveries WHERE (endpoint_id, id) IN (
  SELECT old.endpoint_id, old.id FROM webhook_endpoints AS p
  CROSS JOIN LATERAL (
    SELECT d.endpoint_id, d.id, d.occurred_at FROM webhook_deliveries AS d
    WHERE d.endpoint_id = p.id ORDER BY d.id LIMIT ${batchSize}
  ) AS old
  WHERE p.deleted_at IS NOT NULL
    OR old.occurred_at < now() - make_interval(days => least($1::int, ${KEPT_DAYS}))
  LIMIT ${batchSize}) RETURNING 1 AS gone`;

/** A batch of deleted endpoints without deliveries. A transaction that saw the endpoint has ended after a day. */
export const deletedEndpoints = (batchSize: number): string => `
DELETE FROM webhook_endpoints WHERE id IN (
  SELECT p.id FROM webhook_endpoints AS p
  WHERE p.deleted_at < now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM webhook_deliveries AS d WHERE d.endpoint_id = p.id)
  LIMIT ${batchSize} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`;
