-- The cool-down of a step: `seconds` in the first step, doubled in each later one, at most 32 minutes.
CREATE OR REPLACE FUNCTION cooldown_time(step integer, seconds integer) RETURNS interval
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT least(1920, seconds * 2 ^ least(step - 1, 12)) * interval '1 second'
$$;
