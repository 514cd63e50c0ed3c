-- The slot of a time in a counter. A slot is a sixtieth of the window.
CREATE OR REPLACE FUNCTION slot_of(moment timestamptz, window_seconds integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT floor(extract(epoch FROM moment) * 60 / window_seconds)::bigint
$$;
