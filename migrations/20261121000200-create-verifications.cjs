'use strict';

/**
 * One row per verification. Ids are random text (see src/domain/verification-id.ts), compared byte by byte,
 * hence the "C" collation.
 */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      CREATE TABLE verifications (
        id                 text COLLATE "C" PRIMARY KEY,
        phone_number       text NOT NULL CHECK (phone_number ~ '^\\+[1-9][0-9]{6,14}$'),
        country            text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
        purpose            text NOT NULL,
        channel            text NOT NULL CHECK (channel IN ('sms', 'voice', 'flashcall', 'whatsapp', 'seamless')),
        locale             text,
        reference          text,
        provider           text NOT NULL,
        send_reference     text COLLATE "C" NOT NULL UNIQUE,
        provider_reference text,
        resend_reference   text COLLATE "C" UNIQUE,
        status             text NOT NULL DEFAULT 'sending'
                           CHECK (status IN ('sending', 'pending', 'verified', 'failed', 'expired', 'cancelled')),
        attempts           integer NOT NULL DEFAULT 0,
        phone_attempts     integer NOT NULL DEFAULT 0,
        max_attempts       integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 10),
        code_length        integer,
        failure            text,
        proof_id           text UNIQUE,
        expires_at         timestamptz NOT NULL,
        resend_at          timestamptz NOT NULL,
        send_started_at    timestamptz NOT NULL DEFAULT now(),
        sent_at            timestamptz,
        last_attempt_at    timestamptz,
        verified_at        timestamptz,
        created_at         timestamptz NOT NULL DEFAULT now(),
        updated_at         timestamptz NOT NULL DEFAULT now(),
        CHECK (attempts BETWEEN 0 AND max_attempts),
        CHECK (phone_attempts BETWEEN 0 AND max_attempts),
        CHECK ((status = 'verified') = (verified_at IS NOT NULL))
      )`);
    await queryInterface.sequelize.query(`
      CREATE INDEX verifications_newest_pending ON verifications (phone_number, purpose, created_at DESC)
        WHERE status = 'pending'`);
    // What the sweeper looks for: few rows at any time.
    await queryInterface.sequelize.query(`
      CREATE INDEX verifications_unfinished_sends ON verifications (send_started_at)
        WHERE status = 'sending' OR resend_reference IS NOT NULL`);
    await queryInterface.sequelize.query(`
      CREATE INDEX verifications_pending_until ON verifications (expires_at) WHERE status = 'pending'`);
    await queryInterface.sequelize.query(
      'CREATE INDEX verifications_created_at ON verifications (created_at)',
    );
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('DROP TABLE verifications');
  },
};
