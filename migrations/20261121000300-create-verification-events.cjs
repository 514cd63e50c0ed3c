'use strict';

/** Append-only timeline of a verification. `detail` holds reasons and channels, never a code. */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      CREATE TABLE verification_events (
        id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        verification_id text COLLATE "C" NOT NULL REFERENCES verifications (id) ON DELETE CASCADE,
        type            text NOT NULL,
        detail          jsonb NOT NULL DEFAULT '{}',
        occurred_at     timestamptz NOT NULL DEFAULT now()
      )`);
    await queryInterface.sequelize.query(
      'CREATE INDEX verification_events_timeline ON verification_events (verification_id, id)',
    );
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('DROP TABLE verification_events');
  },
};
