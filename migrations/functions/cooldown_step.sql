-- The step of the cool-down that a message begins now: one more than before, or the first after 24 hours of silence.
CREATE OR REPLACE FUNCTION cooldown_step(step integer, last_send_at timestamptz) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN last_send_at > now() - interval '24 hours' THEN step + 1 ELSE 1 END
$$;
