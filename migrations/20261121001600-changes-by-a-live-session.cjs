'use strict';

/**
 * What changes the protection of an account is decided together with the session that asks for it: only one that is
 * still what it was when it was let in changes anything, and it alone outlives the change.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('DROP FUNCTION replace_backup_codes(uuid, text[], text[])');
    await run('DROP FUNCTION move_account(uuid, text, text)');
    await run(HOLD_SESSION);
    await run(END_OTHER_SESSIONS);
    await run(CHANGE_PASSWORD);
    await run(MOVE_ACCOUNT);
    await run(CONFIRM_TOTP);
    await run(REMOVE_TOTP);
    await run(REPLACE_BACKUP_CODES);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('DROP FUNCTION replace_backup_codes(uuid, uuid, integer, text[], text[])');
    await run('DROP FUNCTION remove_totp(uuid, uuid, integer)');
    await run('DROP FUNCTION confirm_totp(uuid, uuid, integer, bigint, text)');
    await run('DROP FUNCTION move_account(uuid, uuid, integer, text, text)');
    await run('DROP FUNCTION change_password(uuid, uuid, integer, text)');
    await run('DROP FUNCTION end_other_sessions(uuid, uuid, text)');
    await run('DROP FUNCTION hold_session(uuid, uuid, integer)');
    await run(MOVE_ACCOUNT_BEFORE);
    await run(REPLACE_BACKUP_CODES_BEFORE);
  },
};

/**
 * Whether a session is good and its account of the version that it was let in under. Both rows are locked, first the
 * account's, so that until the end of the transaction nothing ends the one or raises the other.
 */
const HOLD_SESSION = `
CREATE FUNCTION hold_session(account uuid, held uuid, admitted integer) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM accounts WHERE id = account AND version = admitted FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM FROM account_sessions
  WHERE id = held AND account_id = account AND version = admitted
    AND ended_at IS NULL AND expires_at > now() AND idle_until > now() FOR NO KEY UPDATE;
  RETURN FOUND;
END $$`;

/** Raises the version of an account and takes the session held along, with the factor that was just given, if any. */
const END_OTHER_SESSIONS = `
CREATE FUNCTION end_other_sessions(account uuid, held uuid, given text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  raised integer;
BEGIN
  UPDATE accounts SET version = version + 1, updated_at = now() WHERE id = account RETURNING version INTO raised;
  UPDATE account_sessions SET version = raised, factor = coalesce(given, factor),
    authenticated_at = CASE WHEN given IS NULL THEN authenticated_at ELSE now() END
  WHERE id = held;
END $$`;

/**
 * Every change of the password raises the version, so that under the version admitted the one that was compared is
 * the present one still.
 */
const CHANGE_PASSWORD = `
CREATE FUNCTION change_password(account uuid, held uuid, admitted integer, hash text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT hold_session(account, held, admitted) THEN
    RETURN false;
  END IF;
  UPDATE accounts SET password_hash = hash, password_changed_at = now() WHERE id = account;
  PERFORM end_other_sessions(account, held, NULL);
  RETURN true;
END $$`;

/** Puts an account on another proved number. Whatever was on that one is gone, as with a new account. */
const MOVE_ACCOUNT = `
CREATE FUNCTION move_account(moving uuid, held uuid, admitted integer, phone text, region text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  owner uuid;
BEGIN
  -- The user first, as whoever opens an account does.
  INSERT INTO users AS u (phone_number, country, status, verified_at, last_verified_at)
  VALUES (phone, region, 'verified', now(), now())
  ON CONFLICT (phone_number) DO UPDATE SET updated_at = now()
  RETURNING u.id INTO owner;
  IF NOT hold_session(moving, held, admitted) THEN
    RETURN false;
  END IF;
  DELETE FROM accounts WHERE user_id = owner AND id <> moving;
  UPDATE accounts SET user_id = owner WHERE id = moving;
  PERFORM end_other_sessions(moving, held, NULL);
  RETURN true;
END $$`;

/** Of any number of uses of a step one finds the last one smaller. */
const CONFIRM_TOTP = `
CREATE FUNCTION confirm_totp(account uuid, held uuid, admitted integer, step bigint, compared text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT hold_session(account, held, admitted) THEN
    RETURN 'ended';
  END IF;
  UPDATE account_totp SET active = true, confirmed_at = now(), last_step = step
  WHERE account_id = account AND NOT active AND sealed_secret = compared AND last_step < step;
  IF NOT FOUND THEN
    RETURN 'wrong';
  END IF;
  PERFORM end_other_sessions(account, held, 'totp');
  RETURN 'confirmed';
END $$`;

const REMOVE_TOTP = `
CREATE FUNCTION remove_totp(account uuid, held uuid, admitted integer) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT hold_session(account, held, admitted) THEN
    RETURN 'ended';
  END IF;
  DELETE FROM account_totp WHERE account_id = account AND active;
  IF NOT FOUND THEN
    RETURN 'none';
  END IF;
  PERFORM end_other_sessions(account, held, NULL);
  RETURN 'removed';
END $$`;

/** A new set in place of the old one, whole, however many come at once. */
const REPLACE_BACKUP_CODES = `
CREATE FUNCTION replace_backup_codes(
  account uuid, held uuid, admitted integer, selectors text[], hashes text[]
) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT hold_session(account, held, admitted) THEN
    RETURN false;
  END IF;
  DELETE FROM account_backup_codes WHERE account_id = account;
  INSERT INTO account_backup_codes (account_id, selector, code_hash)
  SELECT account, c.selector, c.hash FROM unnest(selectors, hashes) AS c (selector, hash);
  RETURN true;
END $$`;

const MOVE_ACCOUNT_BEFORE = `
CREATE FUNCTION move_account(moving uuid, phone text, region text) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  owner uuid;
  raised integer;
BEGIN
  INSERT INTO users AS u (phone_number, country, status, verified_at, last_verified_at)
  VALUES (phone, region, 'verified', now(), now())
  ON CONFLICT (phone_number) DO UPDATE SET updated_at = now()
  RETURNING u.id INTO owner;
  DELETE FROM accounts WHERE user_id = owner AND id <> moving;
  UPDATE accounts SET user_id = owner, version = version + 1, updated_at = now() WHERE id = moving
  RETURNING version INTO raised;
  RETURN raised;
END $$`;

const REPLACE_BACKUP_CODES_BEFORE = `
CREATE FUNCTION replace_backup_codes(account uuid, selectors text[], hashes text[]) RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM accounts WHERE id = account FOR UPDATE;
  DELETE FROM account_backup_codes WHERE account_id = account;
  INSERT INTO account_backup_codes (account_id, selector, code_hash)
  SELECT account, c.selector, c.hash FROM unnest(selectors, hashes) AS c (selector, hash);
  RETURN cardinality(selectors);
END $$`;
