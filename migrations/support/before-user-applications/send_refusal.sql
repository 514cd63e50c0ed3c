-- The refusal of a message to a number now; no row when none applies. Changes and locks nothing. Only an
-- operator lifts `blocked` and `stopped`. `wait` covers all rules that refuse, not only the one returned.
-- `rule` is the result of number_rule.
CREATE OR REPLACE FUNCTION send_refusal(
  phone text, rule text, cooldown integer,
  send_quotas integer[], send_windows integer[], guess_quotas integer[], guess_windows integer[],
  names text[], keys text[], quotas integer[], windows integer[]
)
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  own phone_limits;
  cooling double precision;
BEGIN
  IF rule = 'block' THEN
    refused_by := 'blocked';
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT * INTO own FROM phone_limits AS p WHERE p.phone_key = phone;
  IF is_stopped(own.wrong_run) THEN
    refused_by := 'stopped';
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT f.* INTO refused_by, quota, window_seconds, wait FROM (
    SELECT 'send-per-phone' AS name, s.* FROM log_longest_wait(own.sends, send_quotas, send_windows) AS s
    UNION ALL
    SELECT 'wrong-per-phone', g.* FROM log_longest_wait(own.guesses, guess_quotas, guess_windows) AS g
    UNION ALL
    SELECT r.name, r.quota, r.seconds, counter_wait(c.slots, c.counts, r.quota - 1, r.seconds)
    FROM unnest(names, keys, quotas, windows) AS r (name, key, quota, seconds)
    JOIN limit_counters AS c ON c.key = r.key AND c.limit_name = r.name AND c.window_seconds = r.seconds
    WHERE rule IS DISTINCT FROM 'safe'
  ) AS f (name, quota, seconds, wait)
  WHERE f.wait IS NOT NULL ORDER BY f.wait DESC LIMIT 1;
  cooling := cooldown_left(own.next_send_at, cooldown);
  IF refused_by IS NULL AND cooling IS NOT NULL THEN
    refused_by := 'cooldown';
    quota := 1;
    window_seconds := greatest(1, ceil(extract(epoch FROM own.next_send_at - own.last_send_at)));
  END IF;
  wait := greatest(wait, cooling);
  IF refused_by IS NOT NULL THEN
    RETURN NEXT;
  END IF;
END $$;
