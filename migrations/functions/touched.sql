-- The new updated_at of a row of limits. Changes at most hourly, because each change costs an index entry.
CREATE OR REPLACE FUNCTION touched(before timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN before > now() - interval '1 hour' THEN before ELSE now() END
$$;
