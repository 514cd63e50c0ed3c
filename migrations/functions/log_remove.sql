-- Removes one entry with the given time from the log of a number.
CREATE OR REPLACE FUNCTION log_remove(log timestamptz[], moment timestamptz) RETURNS timestamptz[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(log[: array_position(log, moment) - 1] || log[array_position(log, moment) + 1 :], log)
$$;
