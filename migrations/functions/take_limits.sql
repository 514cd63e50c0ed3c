-- Counts one hit on every counter. If one exceeds its quota, counts none and returns it.
CREATE OR REPLACE FUNCTION take_limits(names text[], keys text[], quotas integer[], windows integer[])
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision)
LANGUAGE plpgsql AS $$
BEGIN
  BEGIN
    SELECT c.* INTO refused_by, quota, window_seconds, wait
    FROM count_limits(names, keys, quotas, windows, array_fill(1, ARRAY[cardinality(names)])) AS c;
    IF refused_by IS NOT NULL THEN
      RAISE SQLSTATE 'PL429';
    END IF;
  EXCEPTION WHEN SQLSTATE 'PL429' THEN
    NULL; -- Rolls the hits back, but not the variables.
  END;
  IF refused_by IS NOT NULL THEN
    RETURN NEXT;
  END IF;
END $$;
