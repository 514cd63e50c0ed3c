-- Whether so many wrong codes in a row stop a number, or an account, until an operator clears it.
CREATE OR REPLACE FUNCTION is_stopped(wrong_run integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT wrong_run >= 100
$$;
