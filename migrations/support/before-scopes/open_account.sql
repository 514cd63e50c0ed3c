-- Creates an account on a proved number, replaces the number's previous account and returns how many it
-- replaced.
CREATE OR REPLACE FUNCTION open_account(new_id uuid, phone text, region text, hash text, display_name text) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  owner uuid := user_of(phone, region);
  replaced integer;
BEGIN
  DELETE FROM accounts WHERE user_id = owner;
  GET DIAGNOSTICS replaced = ROW_COUNT;
  INSERT INTO accounts (id, user_id, password_hash, name) VALUES (new_id, owner, hash, display_name);
  RETURN replaced;
END $$;
