-- The full window of the log with the longest wait, in seconds; no row when all windows have room.
CREATE OR REPLACE FUNCTION log_longest_wait(log timestamptz[], quotas integer[], windows integer[])
RETURNS TABLE (quota integer, window_seconds integer, wait double precision)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT f.quota, f.seconds, f.wait FROM (
    SELECT r.quota, r.seconds, extract(epoch FROM log_full_until(log, r.quota, r.seconds) - now())::float8 AS wait
    FROM unnest(quotas, windows) AS r (quota, seconds)
  ) AS f
  WHERE f.wait > 0 ORDER BY f.wait DESC LIMIT 1
$$;
