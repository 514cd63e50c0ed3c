-- Activates an authenticator after a right code. `compared` is the secret that the code was compared with.
CREATE OR REPLACE FUNCTION confirm_totp(account uuid, session uuid, admitted integer, step bigint, compared text)
RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT hold_session(account, session, admitted) THEN
    RETURN 'ended';
  END IF;
  UPDATE account_totp SET active = true, confirmed_at = now(), last_step = step
  WHERE account_id = account AND NOT active AND sealed_secret = compared AND last_step < step;
  IF NOT FOUND THEN
    RETURN 'wrong';
  END IF;
  PERFORM end_other_sessions(account, session, 'totp');
  RETURN 'confirmed';
END $$;
