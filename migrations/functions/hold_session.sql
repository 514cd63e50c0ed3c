-- Locks an account and its session if both are valid and still of the version that the request was admitted
-- under.
CREATE OR REPLACE FUNCTION hold_session(account uuid, session uuid, admitted integer) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM accounts WHERE id = account AND version = admitted FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM FROM account_sessions
  WHERE id = session AND account_id = account AND version = admitted
    AND ended_at IS NULL AND expires_at > now() AND idle_until > now() FOR NO KEY UPDATE;
  RETURN FOUND;
END $$;
