'use strict';

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
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('DROP TABLE check_keys');
  },
};
