-- A statement for several items must not wait long for a row that one of them needs: the others are served one by one.
CREATE OR REPLACE FUNCTION short_lock_timeout(items integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF items > 1 THEN
    PERFORM set_config('lock_timeout', '500ms', true);
  END IF;
END $$;
