import { setTimeout as sleep } from 'node:timers/promises';
import { QueryTypes, type Sequelize } from 'sequelize';
import { isTableMissing, sqlStateOf } from './failures.js';
import {
  compareMigrations,
  listMigrations,
  MIGRATIONS_DIRECTORY,
  MIGRATIONS_TABLE,
  type MigrationStatus,
} from './schema-version.js';

const PROBE_LIMIT_MS = 1000;
const INSUFFICIENT_PRIVILEGE = '42501';

/** What the database answered: an error, or its schema; neither when this user may not read the schema. */
export interface DatabaseState {
  error?: unknown;
  schema?: MigrationStatus;
}

/** Returns a probe that asks the database for its schema. It takes at most a second and never rejects. */
export function databaseProbe(db: Sequelize): () => Promise<DatabaseState> {
  const known = listMigrations(MIGRATIONS_DIRECTORY);
  return () => {
    const error = new Error(`the database did not answer within ${PROBE_LIMIT_MS} ms`);
    const answer = readState(db, known).catch((reason: unknown) => ({ error: reason }));
    return Promise.race([answer, sleep(PROBE_LIMIT_MS, { error }, { ref: false })]);
  };
}

async function readState(db: Sequelize, known: readonly string[]): Promise<DatabaseState> {
  try {
    const rows = await db.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE}`, {
      type: QueryTypes.SELECT,
    });
    const applied = rows.map(({ name }) => name).sort();
    return { schema: compareMigrations(applied, known) };
  } catch (error) {
    if (isTableMissing(error)) return { schema: compareMigrations([], known) };
    if (sqlStateOf(error) === INSUFFICIENT_PRIVILEGE) return {};
    throw error;
  }
}
