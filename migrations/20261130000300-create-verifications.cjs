'use strict';

const { createFunctions, dropFunctions } = require('./support/functions.cjs');

const DOMAINS = {
  channel: `text CHECK (VALUE IN ('sms', 'voice', 'flashcall', 'whatsapp', 'seamless'))`,
  verification_status: `text CHECK (VALUE IN ('sending', 'pending', 'verified', 'failed', 'expired', 'cancelled'))`,
  attempt_limit: 'integer CHECK (VALUE BETWEEN 1 AND 10)',
  own_code_length: 'integer CHECK (VALUE BETWEEN 6 AND 10)',
};
const FUNCTIONS = [
  'short_lock_timeout',
  'can_be_checked',
  'open_verifications',
  'mark_sent',
  'take_attempts',
  'mark_verified',
];

/**
 * Verifications, their timelines, idempotency keys, spent proofs and our own codes.
 *
 * Collation "C" compares ids byte by byte. `send_reference`, `resend_reference` and `proof_id` start with
 * the ten time characters of the id, so the primary key finds them. Their 128 random bits need no UNIQUE
 * constraint.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    for (const [name, type] of Object.entries(DOMAINS))
      await run(`CREATE DOMAIN ${name} AS ${type}`);
    // Free space allows HOT updates.
    await run(`
      CREATE TABLE verifications (
        id                  text COLLATE "C" PRIMARY KEY,
        phone_number        e164 NOT NULL,
        phone_key           text COLLATE "C" NOT NULL,
        country             country_code NOT NULL,
        purpose             text NOT NULL,
        channel             channel NOT NULL,
        locale              text,
        reference           text,
        binding             jsonb,
        login_id            uuid,
        provider            text NOT NULL,
        send_reference      text COLLATE "C" NOT NULL,
        provider_reference  text,
        provider_message_id text COLLATE "C",
        resend_reference    text COLLATE "C",
        resend_provider     text,
        resend_channel      channel,
        own_code_reference  text COLLATE "C",
        own_code_length     own_code_length,
        status              verification_status NOT NULL DEFAULT 'sending',
        attempts            whole_number NOT NULL DEFAULT 0,
        phone_attempts      whole_number NOT NULL DEFAULT 0,
        max_attempts        attempt_limit NOT NULL,
        code_length         integer,
        failure             text,
        proof_id            text COLLATE "C",
        expires_at          timestamptz NOT NULL,
        resend_at           timestamptz NOT NULL,
        send_started_at     timestamptz NOT NULL DEFAULT now(),
        sent_at             timestamptz,
        last_attempt_at     timestamptz,
        verified_at         timestamptz,
        created_at          timestamptz NOT NULL DEFAULT now(),
        updated_at          timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT verifications_attempts_check CHECK (greatest(attempts, phone_attempts) <= max_attempts),
        CONSTRAINT verifications_binding_check CHECK (binding IS NULL OR (purpose = 'transaction' AND login_id IS NULL)),
        CHECK ((status = 'verified') = (verified_at IS NOT NULL)),
        CHECK ((own_code_reference IS NULL) = (own_code_length IS NULL))
      ) WITH (fillfactor = 80)`);
    await run(`
      CREATE INDEX verifications_newest_pending ON verifications (phone_key, purpose, created_at DESC)
        WHERE status = 'pending'`);
    // For the sweeper; contains few rows at any time.
    await run(`
      CREATE INDEX verifications_unfinished_sends ON verifications (send_started_at)
        WHERE status = 'sending' OR resend_reference IS NOT NULL`);
    await run(`
      CREATE INDEX verifications_pending_until ON verifications (expires_at) WHERE status = 'pending'`);
    await run('CREATE INDEX verifications_created_at ON verifications (created_at)');
    await run(`
      CREATE INDEX verifications_provider_message ON verifications (provider_message_id)
        WHERE provider_message_id IS NOT NULL`);
    // Append-only. `detail` contains reasons and channels, never a code.
    await run(`
      CREATE TABLE verification_events (
        verification_id text COLLATE "C" NOT NULL REFERENCES verifications (id) ON DELETE CASCADE,
        id              bigint GENERATED ALWAYS AS IDENTITY,
        type            text NOT NULL,
        detail          jsonb NOT NULL DEFAULT '{}',
        occurred_at     timestamptz NOT NULL DEFAULT now(),
        report_key      text COLLATE "C",
        PRIMARY KEY (verification_id, id)
      )`);
    await run(`
      CREATE UNIQUE INDEX verification_events_one_report ON verification_events (report_key)
        WHERE report_key IS NOT NULL`);
    await run(`
      CREATE TABLE idempotency_keys (
        key_hash        text COLLATE "C" PRIMARY KEY,
        request_hash    text COLLATE "C" NOT NULL,
        verification_id text COLLATE "C",
        status          integer,
        body            text,
        created_at      timestamptz NOT NULL DEFAULT now(),
        CHECK ((status IS NULL) = (body IS NULL))
      )`);
    await run('CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at)');
    await run(`
      CREATE TABLE spent_proofs (
        proof_id   text COLLATE "C" PRIMARY KEY,
        expires_at timestamptz NOT NULL,
        spent_at   timestamptz NOT NULL DEFAULT now()
      )`);
    await run('CREATE INDEX spent_proofs_expires_at ON spent_proofs (expires_at)');
    await run(`
      CREATE TABLE local_codes (
        key        text COLLATE "C" PRIMARY KEY,
        hash       bytea NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await run('CREATE INDEX local_codes_expires_at ON local_codes (expires_at)');
    await createFunctions(queryInterface, FUNCTIONS);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await dropFunctions(queryInterface, FUNCTIONS);
    await run('DROP TABLE local_codes');
    await run('DROP TABLE spent_proofs');
    await run('DROP TABLE idempotency_keys');
    await run('DROP TABLE verification_events');
    await run('DROP TABLE verifications');
    for (const name of Object.keys(DOMAINS)) await run(`DROP DOMAIN ${name}`);
  },
};
