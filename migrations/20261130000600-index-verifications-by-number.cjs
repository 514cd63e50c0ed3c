'use strict';

const { createFunctions, dropFunctions } = require('./support/functions.cjs');

const FUNCTIONS = ['numbers_in'];
const LIKE_A_NUMBER = `reference ~ '[0-9]([ .()/-]*[0-9]){6}'`;

/**
 * Finds the verifications of a number by an index, in every state.
 *
 * `verifications_of_number` replaces the index on pending rows. It excludes rows in status `sending`, which
 * `verifications_unfinished_sends` has, so that opening a verification writes no more than before.
 * `verifications_numbers_in_reference` has the rows whose reference may name a number.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await createFunctions(queryInterface, FUNCTIONS);
    await run(`
      CREATE INDEX verifications_of_number ON verifications (phone_key, created_at DESC)
        WHERE status <> 'sending'`);
    await run('DROP INDEX verifications_newest_pending');
    // Without the pending list, whose clean-up would delay one request now and then.
    await run(`
      CREATE INDEX verifications_numbers_in_reference ON verifications USING gin (numbers_in(reference))
        WITH (fastupdate = off) WHERE ${LIKE_A_NUMBER}`);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('DROP INDEX verifications_numbers_in_reference');
    await run(`
      CREATE INDEX verifications_newest_pending ON verifications (phone_key, purpose, created_at DESC)
        WHERE status = 'pending'`);
    await run('DROP INDEX verifications_of_number');
    await dropFunctions(queryInterface, FUNCTIONS);
  },
};
