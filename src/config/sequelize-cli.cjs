'use strict';

/**
 * Configuration of sequelize-cli and `npm run db:…`: the database of the service. Separate from the full
 * configuration, because migrations need neither provider credentials nor secrets.
 */

const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '../..');
const DATA_DIRECTORY = path.join(ROOT, '.data', 'postgres');
const NAMES = ['DATABASE_URL', 'DB_HOST', 'DB_PORT', 'DB_NAME', 'DB_USER', 'DB_PASSWORD'];

module.exports = async function configuration() {
  const environment = environmentName();
  try {
    const url = databaseUrl(environment) ?? startEmbedded();
    const { parseDatabaseUrl } = await load('database/database-url.js');
    const { user, ssl, options, ...address } = parseDatabaseUrl(url);
    const settings = {
      ...address,
      username: user,
      dialect: 'postgres',
      // As src/database/migrator.ts names it.
      migrationStorageTableName: 'proofline_migrations',
      dialectOptions: { application_name: 'proofline sequelize-cli', ssl, options },
    };
    return { [environment]: settings };
  } catch (error) {
    console.error(`\nERROR: ${error.message}\n`);
    return process.exit(1);
  }
};

/**
 * Opens the configured database, or starts the embedded one in this process.
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
module.exports.openDatabase = async function openDatabase() {
  const url = databaseUrl(environmentName());
  if (url !== undefined) return { url, stop: async () => undefined };
  const { startEmbeddedPostgres } = await load(
    'development/embedded-postgres/embedded-postgres.js',
  );
  return startEmbeddedPostgres({ dataDirectory: DATA_DIRECTORY });
};

function environmentName() {
  const index = process.argv.findIndex((argument) => /^--env(=|$)/.test(argument));
  const fromArguments =
    index === -1 ? undefined : process.argv[index].split('=')[1] || process.argv[index + 1];
  return fromArguments || process.env.NODE_ENV || 'development';
}

function databaseUrl(environment) {
  const { DATABASE_URL, DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD } = read(environment);
  if (DATABASE_URL !== undefined) return DATABASE_URL;
  if (DB_HOST === undefined) {
    if (environment !== 'production') return undefined;
    throw new Error(`DATABASE_URL (or ${NAMES.slice(1).join(', ')}) must be set in production`);
  }
  if (DB_NAME === undefined || DB_USER === undefined) {
    throw new Error('DB_NAME and DB_USER must be set together with DB_HOST');
  }
  const url = new URL('postgres://localhost');
  url.hostname = DB_HOST;
  url.port = DB_PORT ?? '5432';
  url.username = encodeURIComponent(DB_USER);
  url.password = encodeURIComponent(DB_PASSWORD ?? '');
  url.pathname = `/${encodeURIComponent(DB_NAME)}`;
  return url.href;
}

/** Reads the environment, then `.env` outside production; `NAME_FILE` names a file with the value. */
function read(environment) {
  const file = {};
  if (environment !== 'production') require('dotenv').config({ quiet: true, processEnv: file });
  const find = (name) => [process.env[name], file[name]].find((value) => value?.trim());
  const values = {};
  for (const name of NAMES) {
    const secret = find(`${name}_FILE`);
    values[name] = find(name) ?? (secret && readFileSync(secret, 'utf8').trim());
  }
  return values;
}

/** Loads a compiled module; compiles the service first if necessary. */
async function load(module) {
  const { buildIfNeeded } = await import('../../scripts/builder.mjs');
  buildIfNeeded();
  return import(`../../dist/${module}`);
}

/** Runs in child processes, because sequelize-cli exits without waiting for asynchronous work. */
function startEmbedded() {
  process.once('exit', () => embedded('stop'));
  return embedded('start').trim();
}

function embedded(command) {
  const script = path.join(ROOT, 'scripts', 'embedded-postgres.mjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script, command, DATA_DIRECTORY],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0 && command === 'start') throw new Error(stderr.trim());
  return stdout;
}
