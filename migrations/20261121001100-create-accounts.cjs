'use strict';

/**
 * Accounts: who logs in with a password and a second factor. An account hangs on the user whose number was proved;
 * everything else hangs on the account, and goes with it. Passwords, backup codes and tokens are there as hashes only,
 * TOTP secrets encrypted. `version` is what sessions and logins were made under: raising it ends all of them at once.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run(`
      CREATE TABLE accounts (
        id                  uuid PRIMARY KEY,
        user_id             uuid NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
        password_hash       text NOT NULL,
        name                text,
        version             integer NOT NULL DEFAULT 1,
        wrong_factors       integer NOT NULL DEFAULT 0 CHECK (wrong_factors >= 0),
        password_changed_at timestamptz NOT NULL DEFAULT now(),
        created_at          timestamptz NOT NULL DEFAULT now(),
        updated_at          timestamptz NOT NULL DEFAULT now()
      )`);
    await run(`
      CREATE TABLE account_logins (
        id              uuid PRIMARY KEY,
        token_hash      text COLLATE "C" NOT NULL UNIQUE,
        account_id      uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        version         integer NOT NULL,
        factors         text[] NOT NULL,
        verification_id text COLLATE "C",
        attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        expires_at      timestamptz NOT NULL,
        used_at         timestamptz,
        created_at      timestamptz NOT NULL DEFAULT now()
      )`);
    await run('CREATE INDEX account_logins_account ON account_logins (account_id)');
    await run('CREATE INDEX account_logins_expires_at ON account_logins (expires_at)');
    await run(`
      CREATE TABLE account_sessions (
        id               uuid PRIMARY KEY,
        account_id       uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        version          integer NOT NULL,
        factor           text NOT NULL CHECK (factor IN ('sms', 'totp', 'backup_code')),
        authenticated_at timestamptz NOT NULL DEFAULT now(),
        last_used_at     timestamptz NOT NULL DEFAULT now(),
        idle_until       timestamptz NOT NULL,
        expires_at       timestamptz NOT NULL,
        refreshes        integer NOT NULL DEFAULT 0,
        ended_at         timestamptz,
        ended_by         text CHECK (ended_by IN ('logout', 'reuse')),
        created_at       timestamptz NOT NULL DEFAULT now(),
        CHECK ((ended_at IS NULL) = (ended_by IS NULL))
      )`);
    await run('CREATE INDEX account_sessions_account ON account_sessions (account_id)');
    // Its end, however it comes; what retention looks for.
    await run(`
      CREATE INDEX account_sessions_end ON account_sessions ((least(ended_at, idle_until, expires_at)))`);
    await run(`
      CREATE TABLE account_refresh_tokens (
        token_hash text COLLATE "C" PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES account_sessions (id) ON DELETE CASCADE,
        used_at    timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await run('CREATE INDEX account_refresh_tokens_session ON account_refresh_tokens (session_id)');
    await run(`
      CREATE TABLE account_totp (
        account_id    uuid PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
        sealed_secret text NOT NULL,
        active        boolean NOT NULL DEFAULT false,
        last_step     bigint NOT NULL DEFAULT 0,
        confirmed_at  timestamptz,
        created_at    timestamptz NOT NULL DEFAULT now(),
        CHECK (active = (confirmed_at IS NOT NULL))
      )`);
    await run(`
      CREATE TABLE account_backup_codes (
        account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        selector   text COLLATE "C" NOT NULL,
        code_hash  text NOT NULL,
        used_at    timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (account_id, selector)
      )`);
    await run(OPEN_ACCOUNT);
    await run(MOVE_ACCOUNT);
    await run(REPLACE_BACKUP_CODES);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('DROP FUNCTION replace_backup_codes(uuid, text[], text[])');
    await run('DROP FUNCTION move_account(uuid, text, text)');
    await run('DROP FUNCTION open_account(uuid, text, text, text, text)');
    await run('DROP TABLE account_backup_codes');
    await run('DROP TABLE account_totp');
    await run('DROP TABLE account_refresh_tokens');
    await run('DROP TABLE account_sessions');
    await run('DROP TABLE account_logins');
    await run('DROP TABLE accounts');
  },
};

/**
 * A new account on a proved number. Whatever somebody had set up on that number before is gone: it may have been
 * somebody else. The user's row is locked first, so that of two that come at once the later one wins whole.
 */
const OPEN_ACCOUNT = `
CREATE FUNCTION open_account(new_id uuid, phone text, region text, hash text, called text) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  owner uuid;
  replaced integer;
BEGIN
  INSERT INTO users AS u (phone_number, country, status, verified_at, last_verified_at)
  VALUES (phone, region, 'verified', now(), now())
  ON CONFLICT (phone_number) DO UPDATE SET updated_at = now()
  RETURNING u.id INTO owner;
  DELETE FROM accounts WHERE user_id = owner;
  GET DIAGNOSTICS replaced = ROW_COUNT;
  INSERT INTO accounts (id, user_id, password_hash, name) VALUES (new_id, owner, hash, called);
  RETURN replaced;
END $$`;

/** Puts an account on another proved number. Whatever was on that one is gone, as with a new account. */
const MOVE_ACCOUNT = `
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

/** A new set in place of the old one, whole, however many come at once. */
const REPLACE_BACKUP_CODES = `
CREATE FUNCTION replace_backup_codes(account uuid, selectors text[], hashes text[]) RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM accounts WHERE id = account FOR UPDATE;
  DELETE FROM account_backup_codes WHERE account_id = account;
  INSERT INTO account_backup_codes (account_id, selector, code_hash)
  SELECT account, c.selector, c.hash FROM unnest(selectors, hashes) AS c (selector, hash);
  RETURN cardinality(selectors);
END $$`;
