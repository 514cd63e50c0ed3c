-- The log of a number without one entry of the given moment.
CREATE OR REPLACE FUNCTION log_remove(log timestamptz[], moment timestamptz) RETURNS timestamptz[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(log[: array_position(log, moment) - 1] || log[array_position(log, moment) + 1 :], log)
$$;
