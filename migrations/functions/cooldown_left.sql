-- Seconds until the cool-down allows the next message; null when it does now. With 0 `seconds`, there is none.
CREATE OR REPLACE FUNCTION cooldown_left(next_send_at timestamptz, seconds integer) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN seconds > 0 AND next_send_at > now() THEN extract(epoch FROM next_send_at - now())::float8 END
$$;
