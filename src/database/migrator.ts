import { createRequire } from 'node:module';
import { join } from 'node:path';
import { QueryTypes, Sequelize, type QueryInterface } from 'sequelize';
import { Umzug } from 'umzug';
import { createMigrationSession } from './connection.js';
import { withMigrationLock } from './migration-lock.js';
import { reachDatabase } from './reach-database.js';
import {
  compareMigrations,
  listMigrations,
  MIGRATIONS_DIRECTORY as DIRECTORY,
  MIGRATIONS_TABLE as TABLE,
  type MigrationStatus,
} from './schema-version.js';

/** A file in `migrations/`, in the format of sequelize-cli. */
interface Migration {
  up(queryInterface: QueryInterface, sequelize: typeof Sequelize): Promise<unknown>;
  down(queryInterface: QueryInterface, sequelize: typeof Sequelize): Promise<unknown>;
  /** False for statements that cannot run in a transaction, such as CREATE INDEX CONCURRENTLY. */
  transaction?: boolean;
}

export interface MigratorOptions {
  /** Default: the package's own migrations. */
  directory?: string;
  /** Maximum wait for another process that migrates. Default 2 minutes. */
  lockTimeoutMs?: number;
  /** Time limit of connecting. Default 5 s. */
  connectTimeoutMs?: number | undefined;
}

/** The database has migrations that this version does not contain. */
export class NewerSchemaError extends Error {
  constructor(readonly unknownMigrations: readonly string[]) {
    super(
      `The database was migrated by a newer version (${unknownMigrations.join(', ')}). ` +
        'Run that version, or revert these migrations with it first.',
    );
    this.name = 'NewerSchemaError';
  }
}

/** A pre-release build created the database. */
export class OldSchemaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OldSchemaError';
  }
}

interface FunctionFiles {
  allFunctions: () => string[];
  createFunctions: (queryInterface: QueryInterface, names: string[]) => Promise<void>;
}

interface OldChain {
  OLD_CHAIN_MESSAGE: string;
  hasOldChain: (rowsOf: (sql: string) => Promise<object[]>) => Promise<boolean>;
}

/**
 * Applies pending migrations and returns the names of those that this process applied. Each runs in one
 * transaction with its table entry and the lock: of concurrent processes one migrates and the others wait.
 * sequelize-cli uses the same table.
 * @throws NewerSchemaError, OldSchemaError before any change
 * @throws Error that names the failed migration; earlier ones stay applied
 */
export async function applyMigrations(
  url: string,
  options: MigratorOptions = {},
): Promise<string[]> {
  return migrate(url, options, (umzug) => umzug.up());
}

/**
 * Reverts the last migration and returns its name; undefined when there is none.
 * @throws NewerSchemaError, OldSchemaError before any change
 */
export async function revertLast(
  url: string,
  options: MigratorOptions = {},
): Promise<string | undefined> {
  return (await migrate(url, options, (umzug) => umzug.down()))[0];
}

/**
 * Applies every file of `migrations/functions/` again, so that in development an edited function takes effect
 * at the next start. A released database gets it by a migration.
 * @throws NewerSchemaError, OldSchemaError before anything is changed
 */
export async function applyFunctions(url: string, options: MigratorOptions = {}): Promise<void> {
  const { createFunctions, allFunctions } = loadCommonJs('support/functions.cjs') as FunctionFiles;
  await withSession(url, options, (session) =>
    withMigrationLock(session, options, async () => {
      refuseUnknown(await readApplied(session), options);
      await createFunctions(session.getQueryInterface(), allFunctions());
    }),
  );
}

/**
 * Creates the table of applied migrations. sequelize-cli would not, if another schema has a table of that name.
 * @throws NewerSchemaError, OldSchemaError before anything is changed
 */
export async function createMigrationsTable(
  url: string,
  options: MigratorOptions = {},
): Promise<void> {
  await withSession(url, options, (session) => prepareTable(session, options));
}

/** Lists applied and pending migrations. Needs read access only. */
export async function migrationStatus(
  url: string,
  options: MigratorOptions = {},
): Promise<MigrationStatus> {
  return withSession(url, options, async (session) => compare(await readApplied(session), options));
}

/**
 * The names of pending migrations.
 * @throws NewerSchemaError, OldSchemaError
 */
export async function pendingMigrations(
  url: string,
  options: MigratorOptions = {},
): Promise<string[]> {
  const status = await migrationStatus(url, options);
  return refuseUnknown(status.applied, options).pending;
}

async function withSession<T>(
  url: string,
  { connectTimeoutMs }: MigratorOptions,
  work: (session: Sequelize) => Promise<T>,
): Promise<T> {
  await reachDatabase(url, connectTimeoutMs);
  const session = createMigrationSession(url, connectTimeoutMs);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

async function prepareTable(session: Sequelize, options: MigratorOptions): Promise<void> {
  await withMigrationLock(session, options, async () => {
    refuseUnknown(await readApplied(session), options);
    await session.query(`CREATE TABLE IF NOT EXISTS ${TABLE} (name varchar(255) PRIMARY KEY)`);
  });
}

/** Returns the names of the migrations that this process applied or reverted. */
async function migrate(
  url: string,
  options: MigratorOptions,
  work: (umzug: Umzug) => Promise<unknown>,
): Promise<string[]> {
  return withSession(url, options, async (session) => {
    await prepareTable(session, options);
    const done: string[] = [];
    await work(createUmzug(url, session, options, done));
    return done;
  });
}

/** @param done collects the names of the migrations that this process applied or reverted */
function createUmzug(
  url: string,
  session: Sequelize,
  options: MigratorOptions,
  done: string[],
): Umzug {
  const { directory = DIRECTORY } = options;
  const run = (name: string, direction: 'up' | 'down') => async (): Promise<void> => {
    const migration = createRequire(import.meta.url)(join(directory, name)) as Migration;
    const work = async () => {
      const isApplied = refuseUnknown(await readApplied(session), options).applied.includes(name);
      // Another process was faster.
      if (isApplied === (direction === 'up')) return;
      await migration[direction](session.getQueryInterface(), Sequelize);
      await session.query(
        direction === 'up'
          ? `INSERT INTO ${TABLE} (name) VALUES ($1)`
          : `DELETE FROM ${TABLE} WHERE name = $1`,
        { bind: [name] },
      );
      done.push(name);
    };
    if (migration.transaction !== false) return withMigrationLock(session, options, work);
    // A second session holds the lock, since a transaction cannot contain the statements of this one.
    await withSession(url, options, (holder) => withMigrationLock(holder, options, work));
  };
  return new Umzug({
    migrations: listMigrations(directory).map((name) => ({
      name,
      up: run(name, 'up'),
      down: run(name, 'down'),
    })),
    // `run` writes the entry in the transaction of the migration.
    storage: {
      executed: () => readApplied(session),
      logMigration: () => Promise.resolve(),
      unlogMigration: () => Promise.resolve(),
    },
    logger: undefined,
  });
}

function loadCommonJs(name: string): unknown {
  return createRequire(import.meta.url)(join(DIRECTORY, name));
}

async function readApplied(session: Sequelize): Promise<string[]> {
  const rowsOf = <Row extends object>(sql: string) =>
    session.query<Row>(sql, { type: QueryTypes.SELECT });
  const { hasOldChain, OLD_CHAIN_MESSAGE } = loadCommonJs('support/old-chain.cjs') as OldChain;
  if (await hasOldChain(rowsOf)) throw new OldSchemaError(OLD_CHAIN_MESSAGE);
  const [table] = await rowsOf<{ schema: string | null; exists: boolean }>(
    `SELECT current_schema() AS schema,
       to_regclass(quote_ident(current_schema()) || '.${TABLE}') IS NOT NULL AS "exists"`,
  );
  if (typeof table?.schema !== 'string') {
    throw new Error('No schema of the search_path exists. Create it with CREATE SCHEMA.');
  }
  if (!table.exists) return [];
  const rows = await rowsOf<{ name: string }>(`SELECT name FROM ${TABLE} ORDER BY name`);
  return rows.map(({ name }) => name);
}

function compare(applied: string[], { directory = DIRECTORY }: MigratorOptions): MigrationStatus {
  return compareMigrations(applied, listMigrations(directory));
}

/** @throws NewerSchemaError */
function refuseUnknown(applied: string[], options: MigratorOptions): MigrationStatus {
  const status = compare(applied, options);
  if (status.unknown.length > 0) throw new NewerSchemaError(status.unknown);
  return status;
}
