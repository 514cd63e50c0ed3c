-- Removes the active authenticator and ends the account's other sessions.
CREATE OR REPLACE FUNCTION remove_totp(account uuid, session uuid, admitted integer) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT hold_session(account, session, admitted) THEN
    RETURN 'ended';
  END IF;
  DELETE FROM account_totp WHERE account_id = account AND active;
  IF NOT FOUND THEN
    RETURN 'none';
  END IF;
  PERFORM end_other_sessions(account, session, NULL);
  RETURN 'removed';
END $$;
