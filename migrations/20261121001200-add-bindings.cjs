'use strict';

/** What a verification is good for besides its purpose: one login, or one payment that its message has named. */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      ALTER TABLE verifications
        ADD COLUMN login_id uuid,
        ADD COLUMN binding jsonb,
        ADD CHECK (login_id IS NULL OR binding IS NULL),
        ADD CHECK (binding IS NULL OR purpose = 'transaction')`);
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query(
      'ALTER TABLE verifications DROP COLUMN login_id, DROP COLUMN binding',
    );
  },
};
