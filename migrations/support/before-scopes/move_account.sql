-- Moves a session's account to another proved number and ends the other sessions; false when the session has
-- ended.
CREATE OR REPLACE FUNCTION move_account(account uuid, session uuid, admitted integer, phone text, region text)
RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  owner uuid := user_of(phone, region); -- Same lock order as open_account.
BEGIN
  IF NOT hold_session(account, session, admitted) THEN
    RETURN false;
  END IF;
  DELETE FROM accounts WHERE user_id = owner AND id <> account;
  UPDATE accounts SET user_id = owner WHERE id = account;
  PERFORM end_other_sessions(account, session, NULL);
  RETURN true;
END $$;
