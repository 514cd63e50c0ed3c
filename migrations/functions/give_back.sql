-- Removes one hit from each counter, from the slot in which it was counted. Locks rows in the order given.
CREATE OR REPLACE FUNCTION give_back(names text[], keys text[], windows integer[], taken_at timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  hit bigint;
  changed integer := 0;
BEGIN
  FOR i IN 1 .. cardinality(names) LOOP
    hit := slot_of(taken_at, windows[i]);
    UPDATE limit_counters AS l
    SET counts[array_position(l.slots, hit)] = greatest(l.counts[array_position(l.slots, hit)] - 1, 0)
    WHERE l.limit_name = names[i] AND l.key = keys[i] AND l.window_seconds = windows[i] AND hit = ANY (l.slots);
    IF FOUND THEN
      changed := changed + 1;
    END IF;
  END LOOP;
  RETURN changed;
END $$;
