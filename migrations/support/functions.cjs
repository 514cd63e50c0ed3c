'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');

const DIRECTORY = path.join(__dirname, '..', 'functions');

/**
 * Creates or replaces functions from their files in `migrations/functions/`, which hold the current text.
 * Bodies are not checked, so that one may name a table or a column of a later migration.
 */
exports.createFunctions = async (queryInterface, names) => {
  const texts = names.map((name) => readFileSync(path.join(DIRECTORY, `${name}.sql`), 'utf8'));
  // One query, so one connection: sequelize-cli has several.
  await queryInterface.sequelize.query(
    `SET check_function_bodies = off;\n${texts.join('\n')}\nRESET check_function_bodies`,
  );
};

/** Drops functions, last one first. */
exports.dropFunctions = async (queryInterface, names) => {
  for (const name of [...names].reverse()) {
    await queryInterface.sequelize.query(`DROP FUNCTION ${name}`);
  }
};
