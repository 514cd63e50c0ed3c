-- Counts messages (see take_sends) and inserts their verifications in status `sending`. Returns no row for a
-- refused message, but for a single one a row with the refusal. The settings enforce index plans, whatever the
-- statistics say.
CREATE OR REPLACE FUNCTION open_verifications(
  items json, max_attempts integer, ttl_seconds integer, cooldown integer,
  send_quotas integer[], send_windows integer[], guess_quotas integer[], guess_windows integer[]
)
RETURNS TABLE (
  id text, expires_at timestamptz, resend_at timestamptz, created_at timestamptz,
  refused_by text, quota integer, window_seconds integer, wait double precision
)
LANGUAGE plpgsql
SET plan_cache_mode TO force_generic_plan
SET enable_seqscan TO off
SET enable_bitmapscan TO off
AS $$
#variable_conflict use_column
BEGIN
  PERFORM short_lock_timeout(json_array_length(items));
  RETURN QUERY
  WITH taken AS MATERIALIZED (
    SELECT * FROM take_sends(items, cooldown, send_quotas, send_windows, guess_quotas, guess_windows)
  ), asked AS MATERIALIZED (
    SELECT a.*, t.next_send_at, t.refused_by, t.quota, t.window_seconds, t.wait
    FROM json_to_recordset(items) AS a (
      id text, phone_number text, phone_key text, country text, purpose text, channel text, locale text, reference text,
      provider text, send_reference text, key_hash text, login_id uuid, binding jsonb
    )
    JOIN taken AS t ON t.phone_key = a.phone_key
  ), v AS (
    INSERT INTO verifications (id, phone_number, phone_key, country, purpose, channel, locale, reference, provider,
      send_reference, max_attempts, expires_at, resend_at, login_id, binding)
    SELECT a.id, a.phone_number, a.phone_key, a.country, a.purpose, a.channel, a.locale, a.reference, a.provider,
      a.send_reference, max_attempts, now() + make_interval(secs => ttl_seconds), a.next_send_at, a.login_id, a.binding
    FROM asked AS a WHERE a.refused_by IS NULL
    RETURNING id, channel, expires_at, resend_at, created_at
  ), e AS (
    INSERT INTO verification_events (verification_id, type, detail)
    SELECT v.id, 'requested', jsonb_build_object('channel', v.channel) FROM v
  ), k AS (
    UPDATE idempotency_keys AS k
    SET verification_id = (SELECT a.id FROM asked AS a WHERE a.key_hash = k.key_hash)
    WHERE k.key_hash = ANY (
      ARRAY(SELECT a.key_hash FROM asked AS a WHERE a.key_hash IS NOT NULL AND a.refused_by IS NULL)
    )
  )
  SELECT v.id, v.expires_at, v.resend_at, v.created_at, NULL::text, NULL::integer, NULL::integer, NULL::float8 FROM v
  UNION ALL
  SELECT a.id, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, a.refused_by, a.quota, a.window_seconds, a.wait
  FROM asked AS a WHERE a.refused_by IS NOT NULL;
END $$;
