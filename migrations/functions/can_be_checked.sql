-- Whether a verification is open and has attempts left. coalesce() hides the condition from the planner, which
-- may otherwise scan all pending rows in place of the key.
CREATE OR REPLACE FUNCTION can_be_checked(status text, expires_at timestamptz, attempts integer, max_attempts integer)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(status = 'pending' AND expires_at > now() AND attempts < max_attempts, false)
$$;
