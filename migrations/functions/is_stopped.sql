-- Whether a run of wrong codes stops a number, or an account, until an operator unblocks it.
CREATE OR REPLACE FUNCTION is_stopped(wrong_run integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT wrong_run >= 100
$$;
