-- Writes the events of new entries of timelines into the outbox, in the transaction of the change.
-- A verification is exhausted when all its attempts are spent and none is in flight. The update makes
-- concurrent transactions wait for each other, so that the last one sees the denials of all.
-- `sequence` counts the entries of one timeline: the ids of entries would reveal the traffic of all applications.
-- A stopped number gets no message, so the time of its last one tells this stop from an earlier one.
CREATE OR REPLACE FUNCTION write_webhooks() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  exhausted text[];
BEGIN
  IF NOT EXISTS (SELECT FROM webhook_endpoints WHERE disabled_at IS NULL) THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT FROM added WHERE type IN ('denied', 'check_failed')) THEN
    WITH v AS (
      UPDATE verifications AS v SET updated_at = now() FROM added AS a
      WHERE v.id = a.verification_id AND a.type IN ('denied', 'check_failed')
        AND v.attempts >= v.max_attempts AND coalesce(v.status = 'pending', false)
      RETURNING v.id
    )
    SELECT array_agg(v.id) INTO exhausted FROM v;
    PERFORM write_number_blocked(
      p.phone_key, 'too_many_wrong_codes', 'stopped ' || p.phone_key || coalesce(extract(epoch FROM p.last_send_at), 0)
    )
    FROM (
      SELECT DISTINCT v.phone_key FROM added AS a JOIN verifications AS v ON v.id = a.verification_id
      WHERE a.type = 'denied'
    ) AS n JOIN phone_limits AS p ON p.phone_key = n.phone_key
    WHERE is_stopped(p.wrong_run);
  END IF;
  WITH change AS MATERIALIZED (
    SELECT 'evt_' || replace(gen_random_uuid()::text, '-', '') AS event_id, t.type, a.occurred_at, v.id,
      v.application_id, v.phone_number, CASE t.type WHEN 'verification.exhausted' THEN 'exhausted ' || v.id END AS once_key,
      jsonb_build_object('sequence', (
          SELECT count(*) FROM verification_events AS e WHERE e.verification_id = a.verification_id AND e.id <= a.id
        ), 'country', v.country, 'purpose', v.purpose,
        'channel', coalesce(a.detail->>'channel', v.channel), 'reference', v.reference)
      || CASE WHEN a.detail ? 'reason' THEN jsonb_build_object('reason', a.detail->'reason') ELSE '{}' END
      || CASE a.type WHEN 'outcome_unknown' THEN '{"reason": "outcome_unknown"}' ELSE '{}'::jsonb END
      || CASE a.type WHEN 'denied'
        THEN jsonb_build_object('attemptsRemaining', greatest(v.max_attempts - v.attempts, 0)) ELSE '{}' END AS data
    FROM added AS a
    JOIN verifications AS v ON v.id = a.verification_id
    CROSS JOIN LATERAL unnest(webhook_types(a.type) || CASE WHEN v.id = ANY (exhausted) AND v.attempts + v.phone_attempts <= (
      SELECT count(*) FROM verification_events AS e
      WHERE e.verification_id = v.id AND (e.type = 'denied' OR (e.type = 'check_failed' AND e.detail ? 'tag'))
    ) THEN '{verification.exhausted}'::text[] ELSE '{}' END) AS t (type)
  )
  INSERT INTO webhook_deliveries (endpoint_id, event_id, type, application_id, verification_id, phone_number, data,
    occurred_at, once_key)
  SELECT p.id, c.event_id, c.type, c.application_id, c.id, c.phone_number, c.data, c.occurred_at, c.once_key
  FROM change AS c
  JOIN webhook_endpoints AS p ON p.disabled_at IS NULL
    AND (p.application_id IS NULL OR p.application_id = c.application_id) AND p.events && ARRAY['*', c.type]
  ON CONFLICT (endpoint_id, once_key) WHERE once_key IS NOT NULL DO NOTHING;
  RETURN NULL;
END $$;
