import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { QueryTypes, Sequelize, type QueryInterface } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
import { createMigrationSession } from './connection.js';

/** A file of `migrations/`, as sequelize-cli wants it. */
interface Migration {
  up(queryInterface: QueryInterface, sequelize: typeof Sequelize): Promise<unknown>;
  down(queryInterface: QueryInterface, sequelize: typeof Sequelize): Promise<unknown>;
  /** False for what Postgres refuses inside a transaction, such as CREATE INDEX CONCURRENTLY. */
  transaction?: boolean;
}

export interface MigratorOptions {
  /** Where the migrations are; those of this package unless given. */
  directory?: string;
  /** How long to wait for another process that migrates, in milliseconds; 2 minutes unless given. */
  lockTimeoutMs?: number;
}

/** File names, oldest first. */
export interface MigrationStatus {
  applied: string[];
  pending: string[];
  /** Applied by a newer version of this service. */
  unknown: string[];
}

/** The database has migrations that this version of the service does not know. */
export class NewerSchemaError extends Error {
  constructor(readonly unknownMigrations: readonly string[]) {
    super(
      `The database was migrated by a newer version (${unknownMigrations.join(', ')}). ` +
        'Run that version, or revert these migrations with it first.',
    );
    this.name = 'NewerSchemaError';
  }
}

/** The same depth below the package in `src/` and in `dist/`. */
const DIRECTORY = fileURLToPath(new URL('../../migrations', import.meta.url));
/** Any number that only this purpose uses in the database. */
const LOCK = 7_766_338;
const LOCK_TIMEOUT_MS = 120_000;
const LOCK_POLL_MS = 100;

/**
 * Applies what is pending, each migration with its entry in one transaction, and answers the names. Of several
 * processes one does the work while the others wait and then find nothing to do. Reads and writes the table of
 * sequelize-cli, so both may be used.
 * @throws NewerSchemaError before anything is changed.
 * @throws Error naming the migration that failed; those before it stay applied.
 */
export async function applyMigrations(
  url: string,
  options: MigratorOptions = {},
): Promise<string[]> {
  return alone(url, options, async (umzug) => (await umzug.up()).map(({ name }) => name));
}

/**
 * Reverts the migration that was applied last and answers its name, or undefined when there is none.
 * @throws NewerSchemaError before anything is changed.
 */
export async function revertLast(
  url: string,
  options: MigratorOptions = {},
): Promise<string | undefined> {
  return alone(url, options, async (umzug) => (await umzug.down())[0]?.name);
}

/** What is applied and what is not. Changes nothing and needs no right to change anything. */
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
 * The names of the migrations that are still to be applied; empty when the schema is that of this version.
 * @throws NewerSchemaError when the schema is that of a newer one.
 */
export async function pendingMigrations(
  url: string,
  options: MigratorOptions = {},
): Promise<string[]> {
  const { pending, unknown } = await migrationStatus(url, options);
  if (unknown.length > 0) throw new NewerSchemaError(unknown);
  return pending;
}

async function alone<T>(
  url: string,
  { directory = DIRECTORY, lockTimeoutMs = LOCK_TIMEOUT_MS }: MigratorOptions,
  work: (umzug: Umzug) => Promise<T>,
): Promise<T> {
  const session = createMigrationSession(url);
  try {
    await lock(session, lockTimeoutMs);
    const { unknown } = compare(await readApplied(session), directory);
    if (unknown.length > 0) throw new NewerSchemaError(unknown);
    return await work(createUmzug(session, directory));
  } finally {
    // Ends the session, and with it the lock.
    await session.close();
  }
}

/** Asks again and again: a session that waits inside the database would make CREATE INDEX CONCURRENTLY wait for it. */
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
  const storage = new SequelizeStorage({ sequelize: session });
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
    // The entry is written in the transaction of the migration; afterwards would leave a gap for a crash.
    storage: {
      executed: () => storage.executed(),
      logMigration: () => Promise.resolve(),
      unlogMigration: () => Promise.resolve(),
    },
    logger: undefined,
  });
}

/** Sequelize binds a transaction to a connection; the session has only one, so that plain statements do. */
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

function listMigrations(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.cjs'))
    .sort();
}

async function readApplied(session: Sequelize): Promise<string[]> {
  const exists = await session.query(`SELECT 1 WHERE to_regclass('"SequelizeMeta"') IS NOT NULL`, {
    type: QueryTypes.SELECT,
  });
  if (exists.length === 0) return [];
  const rows = await session.query<{ name: string }>(
    'SELECT name FROM "SequelizeMeta" ORDER BY name',
    {
      type: QueryTypes.SELECT,
    },
  );
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
