-- Counts a message for each number that no rule refuses, and starts its cool-down.
-- Returns no row for a refused number, but for a single one a row with the refusal. If a batch exceeds a shared
-- limit, it counts no message, because none of them is the one too many.
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
  rule text; -- Of a single number.
  times timestamptz[];
  full_limit record;
BEGIN
  BEGIN
    WITH asked AS MATERIALIZED (
      SELECT a.phone_key, number_rule(a.patterns) AS rule
      FROM json_to_recordset(items) AS a (phone_key text, patterns text[])
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
      (SELECT max(asked.rule) FROM asked)
    INTO taken, times, safe, rule
    FROM sent AS s JOIN asked AS a ON a.phone_key = s.phone_key;

    SELECT c.* INTO full_limit FROM (
      SELECT array_agg(r.name) AS names, array_agg(r.key) AS keys, array_agg(r.quota) AS quotas,
        array_agg(r.seconds) AS windows, array_agg(r.hits) AS hits
      FROM (
        SELECT r.name, r.key, r.seconds, min(r.quota) AS quota, count(*)::integer AS hits
        FROM json_to_recordset(items)
          AS a (phone_key text, names text[], keys text[], quotas integer[], windows integer[])
        CROSS JOIN LATERAL unnest(a.names, a.keys, a.quotas, a.windows)
          WITH ORDINALITY AS r (name, key, quota, seconds, place)
        WHERE a.phone_key = ANY (taken) AND a.phone_key <> ALL (coalesce(safe, '{}'))
        GROUP BY r.place, r.key, r.name, r.seconds ORDER BY r.place, r.key
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

  RETURN QUERY
  SELECT t.phone_key, t.next_send_at, NULL::text, NULL::integer, NULL::integer, NULL::float8
  FROM unnest(taken, times) AS t (phone_key, next_send_at);
  IF taken IS NULL AND json_array_length(items) = 1 THEN
    RETURN QUERY
    SELECT a.phone_key, NULL::timestamptz, r.*
    FROM json_to_recordset(items) AS a (
      phone_key text, names text[], keys text[], quotas integer[], windows integer[]
    )
    CROSS JOIN LATERAL (
      SELECT full_limit.refused_by, full_limit.quota, full_limit.window_seconds, full_limit.wait
      WHERE full_limit.refused_by IS NOT NULL
      UNION ALL
      SELECT s.* FROM send_refusal(
        a.phone_key, rule, cooldown, send_quotas, send_windows, guess_quotas, guess_windows,
        a.names, a.keys, a.quotas, a.windows
      ) AS s
      WHERE full_limit.refused_by IS NULL
    ) AS r;
  END IF;
END $$;
