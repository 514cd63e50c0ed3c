'use strict';

const path = require('node:path');
const { createFunctions } = require('./support/functions.cjs');

/** `mark_verified` uses the table; `take_attempts` returns the attempts of the caller's kind. */
const FUNCTIONS = ['mark_verified', 'take_attempts'];
const EARLIER = path.join(__dirname, 'support/before-check-keys');

/**
 * Idempotency keys of checks. `verification_id` is set together with the success, so that a lost answer can
 * be given again. Contains no answer: a proof is a bearer token. `request_hash` is keyed with the key itself,
 * of which only a hash is stored, so it does not reveal the code.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run(`
      CREATE TABLE check_keys (
        key_hash        text COLLATE "C" PRIMARY KEY,
        request_hash    text COLLATE "C" NOT NULL,
        verification_id text COLLATE "C",
        expires_at      timestamptz NOT NULL
      )`);
    await run('CREATE INDEX check_keys_expires_at ON check_keys (expires_at)');
    await createFunctions(queryInterface, FUNCTIONS);
  },

  async down(queryInterface) {
    await createFunctions(queryInterface, FUNCTIONS, EARLIER);
    await queryInterface.sequelize.query('DROP TABLE check_keys');
  },
};
