'use strict';

const path = require('node:path');
const { createFunctions, dropFunctions } = require('./support/functions.cjs');

/** Their parameters change, so the earlier ones would stay beside them. */
const EARLIER_SIGNATURES = {
  take_attempts: 'text[], text, integer[], integer[]',
  open_account: 'uuid, text, text, text, text',
};
const CHANGED = [...Object.keys(EARLIER_SIGNATURES), 'open_verifications', 'move_account'];
const EARLIER = path.join(__dirname, 'support/before-scopes');

/**
 * Verifications and accounts are found within their application only. An account is unique per number and
 * application.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run(`
      ALTER TABLE accounts ADD COLUMN application_id text COLLATE "C" NOT NULL DEFAULT 'app_default'`);
    await run('ALTER TABLE accounts DROP CONSTRAINT accounts_user_id_key');
    await run(`
      ALTER TABLE accounts ADD CONSTRAINT accounts_one_per_application UNIQUE (user_id, application_id)`);
    for (const [name, parameters] of Object.entries(EARLIER_SIGNATURES)) {
      await run(`DROP FUNCTION IF EXISTS ${name}(${parameters})`);
    }
    await createFunctions(queryInterface, CHANGED);
  },

  /** Deletes the accounts of all applications but the default one: a number can have only one again. */
  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await dropFunctions(queryInterface, Object.keys(EARLIER_SIGNATURES));
    await createFunctions(queryInterface, CHANGED, EARLIER);
    await run(`DELETE FROM accounts WHERE application_id <> 'app_default'`);
    await run('ALTER TABLE accounts DROP CONSTRAINT accounts_one_per_application');
    await run('ALTER TABLE accounts ADD CONSTRAINT accounts_user_id_key UNIQUE (user_id)');
    await run('ALTER TABLE accounts DROP COLUMN application_id');
  },
};
