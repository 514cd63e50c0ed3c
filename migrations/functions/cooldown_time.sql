-- How long the cool-down of a step lasts: it begins with `seconds` and doubles, up to 32 minutes.
CREATE OR REPLACE FUNCTION cooldown_time(step integer, seconds integer) RETURNS interval
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT least(1920, seconds * 2 ^ least(step - 1, 12)) * interval '1 second'
$$;
