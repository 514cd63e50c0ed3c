-- Creates an account of an application on a proved number, replaces the number's previous account there and
-- returns how many it replaced.
CREATE OR REPLACE FUNCTION open_account(
  new_id uuid, phone text, region text, hash text, display_name text, application text DEFAULT 'app_default'
) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  owner uuid := user_of(phone, region);
  replaced integer;
BEGIN
  DELETE FROM accounts WHERE user_id = owner AND application_id = application;
  GET DIAGNOSTICS replaced = ROW_COUNT;
  INSERT INTO accounts (id, user_id, password_hash, name, application_id)
  VALUES (new_id, owner, hash, display_name, application);
  RETURN replaced;
END $$;
