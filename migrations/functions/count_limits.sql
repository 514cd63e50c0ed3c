-- Adds hits to counters. Returns the exceeded counter with the longest wait, if any. Locks rows in the order
-- given.
CREATE OR REPLACE FUNCTION count_limits(names text[], keys text[], quotas integer[], windows integer[], hits integer[])
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH counter AS (
    INSERT INTO limit_counters AS l (limit_name, key, window_seconds, slots, counts)
    SELECT r.name, r.key, r.seconds, ARRAY[slot_of(now(), r.seconds)], ARRAY[r.hits]
    FROM unnest(names, keys, windows, hits) WITH ORDINALITY AS r (name, key, seconds, hits, place)
    ORDER BY r.place
    ON CONFLICT ON CONSTRAINT limit_counters_pkey DO UPDATE SET
      (slots, counts) = (
        SELECT c.slots, c.counts FROM counter_add(l.slots, l.counts, excluded.slots[1], excluded.counts[1]) AS c
      ),
      -- Once a slot is precise enough for retention and saves index entries.
      updated_at = CASE WHEN l.slots[cardinality(l.slots)] = excluded.slots[1] THEN l.updated_at ELSE now() END
    RETURNING l.limit_name, l.key, l.window_seconds, l.slots, l.counts
  )
  SELECT r.name, r.quota, r.seconds, counter_wait(c.slots, c.counts, r.quota, r.seconds)
  FROM counter AS c
  JOIN unnest(names, keys, quotas, windows) AS r (name, key, quota, seconds)
    ON r.key = c.key AND r.name = c.limit_name AND r.seconds = c.window_seconds
  WHERE (SELECT sum(n) FROM unnest(c.counts) AS n) > r.quota
  ORDER BY 4 DESC LIMIT 1;
END $$;
