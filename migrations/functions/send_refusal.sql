-- The refusal of a message to a number now; no row when none applies. Changes and locks nothing. Only an
-- operator lifts `blocked` and `stopped`. `wait` covers all rules that refuse, not only the one returned.
-- `rule` is the result of number_rule. A limit whose `verified` is not null is only for numbers with that
-- `is_verified`; null: for all.
CREATE OR REPLACE FUNCTION send_refusal(
  phone text, rule text, cooldown integer,
  send_quotas integer[], send_windows integer[], guess_quotas integer[], guess_windows integer[],
  names text[], keys text[], quotas integer[], windows integer[],
  verified boolean[] DEFAULT NULL, is_verified boolean DEFAULT NULL
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
  SELECT f.name, f.quota, f.seconds, f.wait INTO refused_by, quota, window_seconds, wait FROM (
    SELECT 'send-per-phone', s.*, 0 FROM log_longest_wait(own.sends, send_quotas, send_windows) AS s
    UNION ALL
    SELECT 'wrong-per-phone', g.*, 0 FROM log_longest_wait(own.guesses, guess_quotas, guess_windows) AS g
    UNION ALL
    SELECT r.name, r.quota, r.seconds, counter_wait(c.slots, c.counts, r.quota - 1, r.seconds), r.place
    FROM unnest(names, keys, quotas, windows, verified)
      WITH ORDINALITY AS r (name, key, quota, seconds, verified, place)
    JOIN limit_counters AS c ON c.key = r.key AND c.limit_name = r.name AND c.window_seconds = r.seconds
    WHERE rule IS DISTINCT FROM 'safe' AND coalesce(r.verified = is_verified, true)
  ) AS f (name, quota, seconds, wait, place)
  WHERE f.wait IS NOT NULL ORDER BY f.wait DESC, f.place LIMIT 1;
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
