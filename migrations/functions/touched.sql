-- The new updated_at of a row of limits: moved once an hour only, since each move costs an entry in its index.
CREATE OR REPLACE FUNCTION touched(before timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN before > now() - interval '1 hour' THEN before ELSE now() END
$$;
