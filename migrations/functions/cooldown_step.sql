-- The cool-down step after a message now: the next step, or the first after 24 hours without messages.
CREATE OR REPLACE FUNCTION cooldown_step(step integer, last_send_at timestamptz) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN last_send_at > now() - interval '24 hours' THEN step + 1 ELSE 1 END
$$;
