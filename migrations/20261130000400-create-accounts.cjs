'use strict';

const { createFunctions, dropFunctions } = require('./support/functions.cjs');

const FUNCTIONS = [
  'hold_session',
  'end_other_sessions',
  'open_account',
  'move_account',
  'change_password',
  'confirm_totp',
  'remove_totp',
  'replace_backup_codes',
];

/**
 * Accounts: login with a password and a second factor. An account belongs to the user of a proved number.
 * All other rows belong to the account and are deleted with it. Passwords, backup codes and tokens are
 * hashed, TOTP secrets are encrypted. A new `version` of an account ends its sessions and logins.
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
    // For retention.
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
    await createFunctions(queryInterface, FUNCTIONS);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await dropFunctions(queryInterface, FUNCTIONS);
    await run('DROP TABLE account_backup_codes');
    await run('DROP TABLE account_totp');
    await run('DROP TABLE account_refresh_tokens');
    await run('DROP TABLE account_sessions');
    await run('DROP TABLE account_logins');
    await run('DROP TABLE accounts');
  },
};
