-- Whether every window of the log has room for one more entry now.
CREATE OR REPLACE FUNCTION log_has_room(log timestamptz[], quotas integer[], windows integer[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  FOR i IN 1 .. cardinality(quotas) LOOP
    IF log_full_until(log, quotas[i], windows[i]) > now() THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END $$;
