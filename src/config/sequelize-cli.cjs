'use strict';

/**
 * Configuration of sequelize-cli and `npm run db:…`: the database of the service. Separate from the full
 * configuration, because migrations need neither provider credentials nor secrets.
 */

require('./node-version.cjs');

const { spawnSync } = require('node:child_process');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '../..');
const DATA_DIRECTORY = path.join(ROOT, '.data', 'postgres');
const MAX_CONNECTIONS = 5;

module.exports = async function configuration() {
  const environment = environmentName();
  try {
    if (environment === 'production' && /^db:seed(:all)?$/.test(process.argv[2])) {
      throw new Error('The seeds are example users: NODE_ENV=production refuses them');
    }
    const database = await configured(environment);
    const url = database.url ?? startEmbedded();
    const { LONG_TIMEOUTS, sequelizeOptions } = await load('database/connection.js');
    const { createMigrationsTable } = await load('database/migrator.js');
    await createMigrationsTable(url, database);
    const settings = {
      ...sequelizeOptions({ url, max: MAX_CONNECTIONS, timeouts: LONG_TIMEOUTS }),
      // As src/database/migrator.ts names it.
      migrationStorageTableName: 'proofline_migrations',
    };
    // sequelize-cli shows the statements.
    delete settings.logging;
    return { [environment]: settings };
  } catch (error) {
    console.error(`\nERROR: ${error.message}\n`);
    return process.exit(1);
  }
};

/**
 * Opens the configured database, or starts the embedded one in this process.
 * @returns {Promise<{ url: string, connectTimeoutMs?: number, stop(): Promise<void> }>}
 */
module.exports.openDatabase = async function openDatabase() {
  const database = await configured(environmentName());
  if (database.url !== undefined) return { ...database, stop: async () => undefined };
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

async function configured(environment) {
  const { loadDatabaseConfig, readEnvironment } = await load('config/load.js');
  return loadDatabaseConfig(readEnvironment({ ...process.env, NODE_ENV: environment }));
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
