'use strict';

/** Who carries out the resend that is under way, and how: should its process die, that code is still checked there. */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      ALTER TABLE verifications
        ADD COLUMN resend_provider text,
        ADD COLUMN resend_channel text
          CHECK (resend_channel IN ('sms', 'voice', 'flashcall', 'whatsapp', 'seamless'))`);
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query(
      'ALTER TABLE verifications DROP COLUMN resend_provider, DROP COLUMN resend_channel',
    );
  },
};
