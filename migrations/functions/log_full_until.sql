-- When a window of the log has room for one more entry; null if the log has fewer than `quota` entries.
CREATE OR REPLACE FUNCTION log_full_until(log timestamptz[], quota integer, seconds integer) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT log[cardinality(log) - quota + 1] + seconds * interval '1 second'
$$;
