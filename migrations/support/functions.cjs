'use strict';

const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

const DIRECTORY = path.join(__dirname, '..', 'functions');

/**
 * Creates or replaces functions from `migrations/functions/`, which contains their current text. Does not
 * check bodies, so they may use tables and columns of later migrations.
 * @param directory other texts, such as the earlier ones that a `down` restores
 */
exports.createFunctions = async (queryInterface, names, directory = DIRECTORY) => {
  const texts = names.map((name) => readFileSync(path.join(directory, `${name}.sql`), 'utf8'));
  // A single query uses a single connection; sequelize-cli has several.
  await queryInterface.sequelize.query(
    `SET check_function_bodies = off;\n${texts.join('\n')}\nRESET check_function_bodies`,
  );
};

/** The names of all functions. */
exports.allFunctions = () => readdirSync(DIRECTORY).map((file) => path.basename(file, '.sql'));

/** Drops functions in reverse order. */
exports.dropFunctions = async (queryInterface, names) => {
  for (const name of [...names].reverse()) {
    await queryInterface.sequelize.query(`DROP FUNCTION ${name}`);
  }
};
