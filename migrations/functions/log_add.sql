-- Adds now() to the log of a number and keeps the newest entries, as many as the largest quota. Oldest first.
CREATE OR REPLACE FUNCTION log_add(log timestamptz[], quotas integer[]) RETURNS timestamptz[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  quota integer;
  keep integer := 0;
BEGIN
  FOREACH quota IN ARRAY quotas LOOP
    keep := greatest(keep, quota);
  END LOOP;
  IF keep = 0 THEN
    RETURN log;
  END IF;
  -- now() of a transaction that waited for the row may precede the newest entry.
  IF log[cardinality(log)] > now() THEN
    log := ARRAY(SELECT at FROM unnest(log || now()) AS at ORDER BY at);
  ELSE
    log := log || now();
  END IF;
  RETURN log[greatest(1, cardinality(log) - keep + 1) :];
END $$;
