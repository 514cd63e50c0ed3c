-- Sets a new password and ends the account's other sessions; false when the session has ended.
CREATE OR REPLACE FUNCTION change_password(account uuid, session uuid, admitted integer, hash text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT hold_session(account, session, admitted) THEN
    RETURN false;
  END IF;
  UPDATE accounts SET password_hash = hash, password_changed_at = now() WHERE id = account;
  PERFORM end_other_sessions(account, session, NULL);
  RETURN true;
END $$;
