'use strict';

const { createFunctions, dropFunctions } = require('./support/functions.cjs');
const { hasOldChain, OLD_CHAIN_MESSAGE } = require('./support/old-chain.cjs');

/**
 * Constraints on one value are part of its type: Postgres evaluates CHECK constraints of a table on every
 * write, but those of a domain only when the value is set.
 */
const DOMAINS = {
  e164: `text CHECK (VALUE ~ '^\\+[1-9][0-9]{6,14}$')`,
  country_code: `text CHECK (VALUE ~ '^[A-Z]{2}$')`,
  user_status: `text CHECK (VALUE IN ('unverified', 'verified'))`,
};
const FUNCTIONS = ['mark_users_verified', 'user_of'];

/** Proved phone numbers. The first success creates a row; a request never does. */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    const rowsOf = (sql) => queryInterface.sequelize.query(sql, { type: 'SELECT' });
    if (await hasOldChain(rowsOf)) throw new Error(OLD_CHAIN_MESSAGE);
    for (const [name, type] of Object.entries(DOMAINS))
      await run(`CREATE DOMAIN ${name} AS ${type}`);
    await run(`
      CREATE TABLE users (
        id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        phone_number     e164 NOT NULL UNIQUE,
        country          country_code NOT NULL,
        status           user_status NOT NULL DEFAULT 'unverified',
        verified_at      timestamptz,
        last_verified_at timestamptz,
        created_at       timestamptz NOT NULL DEFAULT now(),
        updated_at       timestamptz NOT NULL DEFAULT now(),
        CHECK (status <> 'verified' OR (verified_at IS NOT NULL AND last_verified_at IS NOT NULL))
      )`);
    await createFunctions(queryInterface, FUNCTIONS);
  },

  async down(queryInterface) {
    await dropFunctions(queryInterface, FUNCTIONS);
    await queryInterface.sequelize.query('DROP TABLE users');
    for (const name of Object.keys(DOMAINS)) {
      await queryInterface.sequelize.query(`DROP DOMAIN ${name}`);
    }
  },
};
