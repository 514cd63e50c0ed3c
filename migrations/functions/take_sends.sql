-- Counts a message for each number that no rule refuses, and starts its cool-down.
-- Returns no row for a refused number, but for a single one a row with the refusal. If a batch exceeds a shared
-- limit, it counts no message, because none of them is the one too many.
-- A shared limit whose `verified` is not null is only for numbers that were, or were not, verified before through
-- the application of the item.
-- Locks: numbers by key, then counters by rule and key.
CREATE OR REPLACE FUNCTION take_sends(
  items json, cooldown integer,
  send_quotas integer[], send_windows integer[], guess_quotas integer[], guess_windows integer[]
)
RETURNS TABLE (
  phone_key text, next_send_at timestamptz,
  refused_by text, quota integer, window_seconds integer, wait double precision
)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  taken text[];
  safe text[];
  known text[];
  rule text; -- Of a single number.
  is_verified boolean; -- Of a single number.
  times timestamptz[];
  full_limit record;
BEGIN
  BEGIN
    WITH asked AS MATERIALIZED (
      SELECT a.phone_key, number_rule(a.patterns) AS rule,
        was_verified(a.phone_number, coalesce(a.application_id, 'app_default'), now()) AS is_verified
      FROM json_to_recordset(items)
        AS a (phone_key text, phone_number text, application_id text, patterns text[])
    ), sent AS (
      INSERT INTO phone_limits AS p (phone_key, cooldown_step, last_send_at, next_send_at, sends, guesses)
      SELECT a.phone_key, 1, now(), now() + cooldown_time(1, cooldown),
        log_add('{}', send_quotas), log_add('{}', guess_quotas)
      FROM asked AS a WHERE a.rule IS DISTINCT FROM 'block' ORDER BY a.phone_key
      ON CONFLICT (phone_key) DO UPDATE SET
        cooldown_step = cooldown_step(p.cooldown_step, p.last_send_at),
        last_send_at = now(),
        next_send_at = now() + cooldown_time(cooldown_step(p.cooldown_step, p.last_send_at), cooldown),
        sends = log_add(p.sends, send_quotas),
        guesses = log_add(p.guesses, guess_quotas),
        updated_at = touched(p.updated_at)
      WHERE NOT is_stopped(p.wrong_run) AND cooldown_left(p.next_send_at, cooldown) IS NULL
        AND log_has_room(p.sends, send_quotas, send_windows) AND log_has_room(p.guesses, guess_quotas, guess_windows)
      RETURNING p.phone_key, p.next_send_at
    )
    SELECT array_agg(s.phone_key), array_agg(s.next_send_at), array_agg(s.phone_key) FILTER (WHERE a.rule = 'safe'),
      array_agg(s.phone_key) FILTER (WHERE a.is_verified),
      (SELECT max(asked.rule) FROM asked), (SELECT bool_or(asked.is_verified) FROM asked)
    INTO taken, times, safe, known, rule, is_verified
    FROM sent AS s JOIN asked AS a ON a.phone_key = s.phone_key;

    SELECT c.* INTO full_limit FROM (
      SELECT array_agg(r.name) AS names, array_agg(r.key) AS keys, array_agg(r.quota) AS quotas,
        array_agg(r.seconds) AS windows, array_agg(r.hits) AS hits
      FROM (
        SELECT r.name, r.key, r.seconds, min(r.quota) AS quota, count(*)::integer AS hits
        FROM json_to_recordset(items)
          AS a (phone_key text, names text[], keys text[], quotas integer[], windows integer[], verified boolean[])
        CROSS JOIN LATERAL unnest(a.names, a.keys, a.quotas, a.windows, a.verified)
          WITH ORDINALITY AS r (name, key, quota, seconds, verified, place)
        WHERE a.phone_key = ANY (taken) AND a.phone_key <> ALL (coalesce(safe, '{}'))
          AND coalesce(r.verified = (a.phone_key = ANY (coalesce(known, '{}'))), true)
        GROUP BY r.place, r.key, r.name, r.seconds ORDER BY r.place, r.key, r.name, r.seconds
      ) AS r
    ) AS l CROSS JOIN LATERAL count_limits(l.names, l.keys, l.quotas, l.windows, l.hits) AS c;
    IF full_limit.refused_by IS NOT NULL THEN
      RAISE SQLSTATE 'PL429';
    END IF;
  EXCEPTION WHEN SQLSTATE 'PL429' THEN
    -- Rolls the rows back, but not the variables.
    taken := NULL;
    times := NULL;
  END;

  IF full_limit.refused_by = 'send-per-application' AND json_array_length(items) = 1 THEN
    PERFORM write_limit_reached(substring(r.key FROM '^[^|/]+'), r.name, full_limit.window_seconds)
    FROM json_to_recordset(items) AS a (names text[], keys text[])
    CROSS JOIN LATERAL unnest(a.names, a.keys) AS r (name, key)
    WHERE r.name = full_limit.refused_by LIMIT 1;
  END IF;

  RETURN QUERY
  SELECT t.phone_key, t.next_send_at, NULL::text, NULL::integer, NULL::integer, NULL::float8
  FROM unnest(taken, times) AS t (phone_key, next_send_at);
  IF taken IS NULL AND json_array_length(items) = 1 THEN
    RETURN QUERY
    SELECT a.phone_key, NULL::timestamptz, r.*
    FROM json_to_recordset(items) AS a (
      phone_key text, names text[], keys text[], quotas integer[], windows integer[], verified boolean[]
    )
    CROSS JOIN LATERAL (
      SELECT f.refused_by, f.quota, f.window_seconds, f.wait FROM (
        SELECT 1 AS place, s.* FROM send_refusal(
          a.phone_key, rule, cooldown, send_quotas, send_windows, guess_quotas, guess_windows,
          a.names, a.keys, a.quotas, a.windows, a.verified,
          -- Null: all shared limits, so that the refusal of one does not tell whether the number was verified.
          CASE WHEN full_limit.refused_by IS NULL THEN is_verified END
        ) AS s
        UNION ALL
        -- Another message was given back meanwhile.
        SELECT 2, full_limit.refused_by, full_limit.quota, full_limit.window_seconds, full_limit.wait
        WHERE full_limit.refused_by IS NOT NULL
      ) AS f ORDER BY f.place LIMIT 1
    ) AS r;
  END IF;
END $$;
