'use strict';

/**
 * What callbacks of providers need: the provider's id of a message, where only that comes back; the send for which the
 * callback before it has chosen the code, and that code's digits; and what makes a delivery report count once.
 */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      ALTER TABLE verifications
        ADD COLUMN provider_message_id text COLLATE "C",
        ADD COLUMN own_code_reference text COLLATE "C",
        ADD COLUMN own_code_length integer CHECK (own_code_length BETWEEN 6 AND 10),
        ADD CHECK ((own_code_reference IS NULL) = (own_code_length IS NULL))`);
    await queryInterface.sequelize.query(`
      CREATE INDEX verifications_provider_message ON verifications (provider_message_id)
        WHERE provider_message_id IS NOT NULL`);
    await queryInterface.sequelize.query(
      'ALTER TABLE verification_events ADD COLUMN report_key text COLLATE "C"',
    );
    await queryInterface.sequelize.query(`
      CREATE UNIQUE INDEX verification_events_one_report ON verification_events (report_key)
        WHERE report_key IS NOT NULL`);
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('ALTER TABLE verification_events DROP COLUMN report_key');
    await queryInterface.sequelize.query(`
      ALTER TABLE verifications
        DROP COLUMN provider_message_id,
        DROP COLUMN own_code_reference,
        DROP COLUMN own_code_length`);
  },
};
