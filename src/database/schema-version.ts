import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** File names, oldest first. */
export interface MigrationStatus {
  applied: string[];
  pending: string[];
  /** Applied by a newer version of this service. */
  unknown: string[];
}

/** The same relative path from `src/` and `dist/`. */
export const MIGRATIONS_DIRECTORY = fileURLToPath(new URL('../../migrations', import.meta.url));
/** Table of applied migrations; the sequelize-cli settings use the same name. */
export const MIGRATIONS_TABLE = 'proofline_migrations';

export function listMigrations(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.cjs'))
    .sort();
}

/** @param known the migrations of this version */
export function compareMigrations(applied: string[], known: readonly string[]): MigrationStatus {
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}
