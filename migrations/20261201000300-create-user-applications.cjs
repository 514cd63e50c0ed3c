'use strict';

const path = require('node:path');
const { createFunctions, dropFunctions } = require('./support/functions.cjs');

const EARLIER = path.join(__dirname, 'support/before-user-applications');
const DEFAULT_ID = 'app_default';
/** Its parameters change, so the earlier one would stay beside it. */
const EARLIER_SEND_REFUSAL =
  'text, text, integer, integer[], integer[], integer[], integer[], text[], text[], integer[], integer[]';
const CHANGED = ['send_refusal', 'take_sends', 'mark_verified'];

const copyUsers = (since) => `
  INSERT INTO user_applications (user_id, application_id, first_verified_at, last_verified_at)
  SELECT id, '${DEFAULT_ID}', verified_at, last_verified_at FROM users
  WHERE status = 'verified' AND last_verified_at >= ${since}
  ON CONFLICT (user_id, application_id) DO UPDATE SET last_verified_at = excluded.last_verified_at`;

/**
 * The applications through which a number was proved: shared limits can be for such numbers, or for others. And
 * the indexes of the search, which docs/operations.md builds beforehand. No index names `status`, or each of
 * its changes would write to it too. The primary key serves the search of operators, and retention, in place of
 * `verifications_created_at`.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run(`
      CREATE TABLE user_applications (
        user_id           uuid NOT NULL,
        application_id    text COLLATE "C" NOT NULL,
        first_verified_at timestamptz NOT NULL DEFAULT now(),
        last_verified_at  timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, application_id)
      ) WITH (fillfactor = 80)`);
    await run(copyUsers(`'-infinity'`));
    // From here to the commit, sends and checks wait.
    await run(`
      CREATE INDEX IF NOT EXISTS verifications_of_application ON verifications (application_id, id)`);
    await run(`
      CREATE INDEX IF NOT EXISTS verifications_of_reference ON verifications (reference, application_id, id)
        WHERE reference IS NOT NULL`);
    await run('DROP INDEX verifications_created_at');
    // NOT VALID: the rows above come from `users`, and a check of each would take long.
    await run(`
      ALTER TABLE user_applications ADD CONSTRAINT user_applications_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID`);
    await run(
      `DELETE FROM user_applications AS a WHERE NOT EXISTS (SELECT FROM users WHERE id = a.user_id)`,
    );
    await run(copyUsers(`now() - interval '1 minute'`));
    await run(`DROP FUNCTION IF EXISTS send_refusal(${EARLIER_SEND_REFUSAL})`);
    await createFunctions(queryInterface, ['was_verified', 'mark_user_applications', ...CHANGED]);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await dropFunctions(queryInterface, ['send_refusal']);
    await createFunctions(queryInterface, CHANGED, EARLIER);
    await dropFunctions(queryInterface, ['was_verified', 'mark_user_applications']);
    await run('DROP TABLE user_applications');
    await run('CREATE INDEX verifications_created_at ON verifications (created_at)');
    await run('DROP INDEX verifications_of_reference');
    await run('DROP INDEX verifications_of_application');
  },
};
