-- Limits the lock wait of a batch. Its caller then runs the items one by one, so one locked row does not delay
-- the others.
CREATE OR REPLACE FUNCTION short_lock_timeout(items integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF items > 1 THEN
    PERFORM set_config('lock_timeout', '500ms', true);
  END IF;
END $$;
