-- Replaces all backup codes of an account; false when the session has ended.
CREATE OR REPLACE FUNCTION replace_backup_codes(
  account uuid, session uuid, admitted integer, selectors text[], hashes text[]
) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT hold_session(account, session, admitted) THEN
    RETURN false;
  END IF;
  DELETE FROM account_backup_codes WHERE account_id = account;
  INSERT INTO account_backup_codes (account_id, selector, code_hash)
  SELECT account, c.selector, c.hash FROM unnest(selectors, hashes) AS c (selector, hash);
  RETURN true;
END $$;
