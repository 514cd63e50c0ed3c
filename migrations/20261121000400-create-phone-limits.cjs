'use strict';

/**
 * What a number has used up, whoever asked and through whichever verification: the moments of its recent
 * sends and the cool-down. One row per number, so that deciding and counting is one guarded statement.
 */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      CREATE TABLE phone_limits (
        phone_number  text PRIMARY KEY,
        sends         timestamptz[] NOT NULL DEFAULT '{}',
        cooldown_step integer NOT NULL DEFAULT 0 CHECK (cooldown_step >= 0),
        last_send_at  timestamptz,
        next_send_at  timestamptz,
        updated_at    timestamptz NOT NULL DEFAULT now()
      )`);
    await queryInterface.sequelize.query(
      'CREATE INDEX phone_limits_updated_at ON phone_limits (updated_at)',
    );
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('DROP TABLE phone_limits');
  },
};
