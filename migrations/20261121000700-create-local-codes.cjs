'use strict';

/** Codes of our own while they are good, as keyed hashes, by the reference of the message that carried them. */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      CREATE TABLE local_codes (
        key        text COLLATE "C" PRIMARY KEY,
        hash       bytea NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await queryInterface.sequelize.query(
      'CREATE INDEX local_codes_expires_at ON local_codes (expires_at)',
    );
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('DROP TABLE local_codes');
  },
};
