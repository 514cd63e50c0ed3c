'use strict';

/** The application of requests without a key (`CALLERS=open`), and of rows older than applications. */
const DEFAULT_ID = 'app_default';
const KEY_KINDS = `text CHECK (VALUE IN ('secret', 'publishable', 'operator'))`;

/**
 * Applications and their keys. `verifications.application_id` has a constant default, so adding it does not
 * rewrite the table. docs/operations.md may add it beforehand. It has no foreign key: applications are never deleted, and each send would pay for it.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run(`CREATE DOMAIN api_key_kind AS ${KEY_KINDS}`);
    await run(`
      CREATE TABLE applications (
        id         text COLLATE "C" PRIMARY KEY,
        name       text NOT NULL UNIQUE,
        settings   jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    // Unset, it is the id. A proof of one application must not pass at another.
    await run(
      `CREATE UNIQUE INDEX applications_audience ON applications ((coalesce(settings ->> 'audience', id)))`,
    );
    await run(`INSERT INTO applications (id, name) VALUES ('${DEFAULT_ID}', 'default')`);
    // An operator key belongs to no application. Contains no secret: 256 random bits need no pepper.
    await run(`
      CREATE TABLE api_keys (
        id             text COLLATE "C" PRIMARY KEY,
        kind           api_key_kind NOT NULL,
        application_id text COLLATE "C" REFERENCES applications (id),
        secret_hash    bytea NOT NULL,
        last_four      text NOT NULL,
        created_at     timestamptz NOT NULL DEFAULT now(),
        last_used_at   timestamptz,
        expires_at     timestamptz,
        revoked_at     timestamptz,
        CHECK ((kind = 'operator') = (application_id IS NULL))
      )`);
    await run('CREATE INDEX api_keys_of_application ON api_keys (application_id)');
    await run(
      `ALTER TABLE verifications ADD COLUMN IF NOT EXISTS application_id text COLLATE "C" NOT NULL DEFAULT '${DEFAULT_ID}'`,
    );
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('ALTER TABLE verifications DROP COLUMN application_id');
    await run('DROP TABLE api_keys');
    await run('DROP TABLE applications');
    await run('DROP DOMAIN api_key_kind');
  },
};
