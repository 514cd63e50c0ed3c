-- Seconds until a counter has at most `quota` hits in its window; null when it has now.
CREATE OR REPLACE FUNCTION counter_wait(slots bigint[], counts integer[], quota integer, window_seconds integer)
RETURNS double precision
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  oldest bigint := slot_of(now(), window_seconds) - 60;
  hits bigint := 0;
BEGIN
  FOR place IN REVERSE cardinality(slots) .. 1 LOOP
    EXIT WHEN slots[place] < oldest;
    hits := hits + counts[place];
    IF hits > quota THEN
      RETURN (slots[place] + 61) * window_seconds / 60.0 - extract(epoch FROM now());
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
