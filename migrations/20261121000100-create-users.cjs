'use strict';

/** Who has proved which number. A row is made by the first success, never by a request. */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      CREATE TABLE users (
        id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        phone_number     text NOT NULL UNIQUE CHECK (phone_number ~ '^\\+[1-9][0-9]{6,14}$'),
        country          text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
        status           text NOT NULL DEFAULT 'unverified' CHECK (status IN ('unverified', 'verified')),
        verified_at      timestamptz,
        last_verified_at timestamptz,
        created_at       timestamptz NOT NULL DEFAULT now(),
        updated_at       timestamptz NOT NULL DEFAULT now(),
        CHECK (status <> 'verified' OR (verified_at IS NOT NULL AND last_verified_at IS NOT NULL))
      )`);
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('DROP TABLE users');
  },
};
