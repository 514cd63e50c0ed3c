-- The log of a number with now() added, oldest first, cut to the largest quota.
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
  -- A transaction that waited for the row may be older than the newest entry.
  IF log[cardinality(log)] > now() THEN
    log := ARRAY(SELECT at FROM unnest(log || now()) AS at ORDER BY at);
  ELSE
    log := log || now();
  END IF;
  RETURN log[greatest(1, cardinality(log) - keep + 1) :];
END $$;
