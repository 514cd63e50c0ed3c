import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { QueryTypes, Sequelize, type QueryInterface } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
import { createMigrationSession } from './connection.js';

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
}

/** File names, oldest first. */
export interface MigrationStatus {
  applied: string[];
  pending: string[];
  /** Applied by a newer version of this service. */
  unknown: string[];
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

/** The same relative path from `src/` and `dist/`. */
const DIRECTORY = fileURLToPath(new URL('../../migrations', import.meta.url));
/** Table of applied migrations; the sequelize-cli settings use the same name. */
const TABLE = 'proofline_migrations';
/** Key of the advisory lock. */
const LOCK = 7_766_338;
const LOCK_TIMEOUT_MS = 120_000;
const LOCK_POLL_MS = 100;

/**
 * Applies pending migrations and returns their names. Each runs in one transaction with its table entry. Of
 * concurrent processes, one migrates and the others wait. sequelize-cli uses the same table.
 * @throws NewerSchemaError, OldSchemaError before any change
 * @throws Error that names the failed migration; earlier ones stay applied
 */
export async function applyMigrations(
  url: string,
  options: MigratorOptions = {},
): Promise<string[]> {
  return withLock(url, options, async (umzug) => (await umzug.up()).map(({ name }) => name));
}

/**
 * Reverts the last migration and returns its name; undefined when there is none.
 * @throws NewerSchemaError, OldSchemaError before any change
 */
export async function revertLast(
  url: string,
  options: MigratorOptions = {},
): Promise<string | undefined> {
  return withLock(url, options, async (umzug) => (await umzug.down())[0]?.name);
}

/**
 * Applies every file of `migrations/functions/` again, so that in development an edited function takes effect
 * at the next start. A released database gets it by a migration.
 * @throws NewerSchemaError, OldSchemaError before anything is changed
 */
export async function applyFunctions(url: string): Promise<void> {
  const { createFunctions, allFunctions } = loadCommonJs('support/functions.cjs') as FunctionFiles;
  await withLock(url, {}, (_umzug, session) =>
    createFunctions(session.getQueryInterface(), allFunctions()),
  );
}

/** Lists applied and pending migrations. Needs read access only. */
export async function migrationStatus(
  url: string,
  options: MigratorOptions = {},
): Promise<MigrationStatus> {
  const session = createMigrationSession(url);
  try {
    return compare(await readApplied(session), options.directory ?? DIRECTORY);
  } finally {
    await session.close();
  }
}

/**
 * The names of pending migrations.
 * @throws NewerSchemaError, OldSchemaError
 */
export async function pendingMigrations(
  url: string,
  options: MigratorOptions = {},
): Promise<string[]> {
  const { pending, unknown } = await migrationStatus(url, options);
  if (unknown.length > 0) throw new NewerSchemaError(unknown);
  return pending;
}

async function withLock<T>(
  url: string,
  { directory = DIRECTORY, lockTimeoutMs = LOCK_TIMEOUT_MS }: MigratorOptions,
  work: (umzug: Umzug, session: Sequelize) => Promise<T>,
): Promise<T> {
  const session = createMigrationSession(url);
  try {
    await lock(session, lockTimeoutMs);
    const { unknown } = compare(await readApplied(session), directory);
    if (unknown.length > 0) throw new NewerSchemaError(unknown);
    return await work(createUmzug(session, directory), session);
  } finally {
    // Closing the session releases the lock.
    await session.close();
  }
}

/** Polls, because CREATE INDEX CONCURRENTLY would wait for a session that is blocked on the lock. */
async function lock(session: Sequelize, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  do {
    const [row] = await session.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(${LOCK}) AS locked`,
      {
        type: QueryTypes.SELECT,
      },
    );
    if (row?.locked) return;
    await sleep(LOCK_POLL_MS);
  } while (Date.now() < deadline);
  throw new Error(
    `Another process has been migrating the database for more than ${timeoutMs / 1000} s`,
  );
}

function createUmzug(session: Sequelize, directory: string): Umzug {
  const storage = new SequelizeStorage({ sequelize: session, tableName: TABLE });
  const run = (name: string, direction: 'up' | 'down') => async (): Promise<void> => {
    const migration = createRequire(import.meta.url)(join(directory, name)) as Migration;
    await inTransaction(session, migration.transaction !== false, async () => {
      await migration[direction](session.getQueryInterface(), Sequelize);
      await (direction === 'up'
        ? storage.logMigration({ name })
        : storage.unlogMigration({ name }));
    });
  };
  return new Umzug({
    migrations: listMigrations(directory).map((name) => ({
      name,
      up: run(name, 'up'),
      down: run(name, 'down'),
    })),
    // `run` writes the entry in the transaction of the migration.
    storage: {
      executed: () => storage.executed(),
      logMigration: () => Promise.resolve(),
      unlogMigration: () => Promise.resolve(),
    },
    logger: undefined,
  });
}

/** Plain BEGIN and COMMIT suffice, because the session has a single connection. */
async function inTransaction(
  session: Sequelize,
  wanted: boolean,
  work: () => Promise<void>,
): Promise<void> {
  if (!wanted) return work();
  await session.query('BEGIN');
  try {
    await work();
    await session.query('COMMIT');
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function loadCommonJs(name: string): unknown {
  return createRequire(import.meta.url)(join(DIRECTORY, name));
}

function listMigrations(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.cjs'))
    .sort();
}

async function readApplied(session: Sequelize): Promise<string[]> {
  const rowsOf = <Row extends object>(sql: string) =>
    session.query<Row>(sql, { type: QueryTypes.SELECT });
  const { hasOldChain, OLD_CHAIN_MESSAGE } = loadCommonJs('support/old-chain.cjs') as OldChain;
  if (await hasOldChain(rowsOf)) throw new OldSchemaError(OLD_CHAIN_MESSAGE);
  const [table] = await rowsOf<{ exists: boolean }>(
    `SELECT to_regclass('${TABLE}') IS NOT NULL AS "exists"`,
  );
  if (!table?.exists) return [];
  const rows = await rowsOf<{ name: string }>(`SELECT name FROM ${TABLE} ORDER BY name`);
  return rows.map(({ name }) => name);
}

function compare(applied: string[], directory: string): MigrationStatus {
  const known = listMigrations(directory);
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}
