'use strict';

/** Proofs that were spent, by their jti, kept for as long as they could be presented again. */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(`
      CREATE TABLE spent_proofs (
        proof_id   text COLLATE "C" PRIMARY KEY,
        expires_at timestamptz NOT NULL,
        spent_at   timestamptz NOT NULL DEFAULT now()
      )`);
    await queryInterface.sequelize.query(
      'CREATE INDEX spent_proofs_expires_at ON spent_proofs (expires_at)',
    );
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('DROP TABLE spent_proofs');
  },
};
