-- Ends all logins and all other sessions of an account. A new factor also makes the remaining session fresh.
CREATE OR REPLACE FUNCTION end_other_sessions(account uuid, session uuid, new_factor text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  new_version integer;
BEGIN
  UPDATE accounts SET version = version + 1, updated_at = now() WHERE id = account RETURNING version INTO new_version;
  UPDATE account_sessions SET version = new_version, factor = coalesce(new_factor, factor),
    authenticated_at = CASE WHEN new_factor IS NULL THEN authenticated_at ELSE now() END
  WHERE id = session;
END $$;
