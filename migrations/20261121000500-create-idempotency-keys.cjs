'use strict';

/**
 * What was answered to a request that carried an Idempotency-Key. The key is kept as a keyed hash; `status` is null
 * while the first request runs.
 */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      CREATE TABLE idempotency_keys (
        key_hash        text COLLATE "C" PRIMARY KEY,
        request_hash    text COLLATE "C" NOT NULL,
        verification_id text COLLATE "C",
        status          integer,
        body            text,
        headers         jsonb NOT NULL DEFAULT '{}',
        created_at      timestamptz NOT NULL DEFAULT now(),
        CHECK ((status IS NULL) = (body IS NULL))
      )`);
    await queryInterface.sequelize.query(
      'CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at)',
    );
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('DROP TABLE idempotency_keys');
  },
};
