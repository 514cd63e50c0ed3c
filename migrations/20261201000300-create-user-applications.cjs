'use strict';

const path = require('node:path');
const { createFunctions, dropFunctions } = require('./support/functions.cjs');

const EARLIER = path.join(__dirname, 'support/before-user-applications');
const DEFAULT_ID = 'app_default';

/**
 * The applications through which a number was proved, and the indexes of the search. The primary key serves
 * the search of operators. No index names `status`, or an update of the state would write to every index.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    // Building an index stops checks until the commit, so no success is missed below.
    await run(`
      CREATE INDEX verifications_of_application ON verifications (application_id, id)`);
    await run(`
      CREATE INDEX verifications_of_reference ON verifications (reference, application_id, id)
        WHERE reference IS NOT NULL`);
    await run(`
      CREATE TABLE user_applications (
        user_id           uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        application_id    text COLLATE "C" NOT NULL,
        first_verified_at timestamptz NOT NULL DEFAULT now(),
        last_verified_at  timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, application_id)
      ) WITH (fillfactor = 80)`);
    await run(`
      INSERT INTO user_applications (user_id, application_id, first_verified_at, last_verified_at)
      SELECT id, '${DEFAULT_ID}', verified_at, last_verified_at FROM users WHERE status = 'verified'`);
    await createFunctions(queryInterface, ['mark_user_applications', 'mark_verified']);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await createFunctions(queryInterface, ['mark_verified'], EARLIER);
    await dropFunctions(queryInterface, ['mark_user_applications']);
    await run('DROP TABLE user_applications');
    await run('DROP INDEX verifications_of_reference');
    await run('DROP INDEX verifications_of_application');
  },
};
