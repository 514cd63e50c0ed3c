import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyFunctions } from '../../../src/database/migrator.js';
import { administer, createEmptyDatabase, createTestDatabase } from '../../support/database.js';

const DIRECTORY = join(import.meta.dirname, '../../../migrations/functions');
const files = readdirSync(DIRECTORY).sort();

async function definitions(url: string): Promise<Record<string, string>> {
  const { rows } = await administer(
    `SELECT proname AS name, pg_get_functiondef(oid) AS text FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace`,
    url,
  );
  return Object.fromEntries(
    (rows as { name: string; text: string }[]).map(({ name, text }) => [name, text]),
  );
}

describe('the SQL functions', () => {
  test('of a migrated database equal the files in migrations/functions', async () => {
    const [migrated, applied] = [await createTestDatabase(), await createEmptyDatabase()];
    try {
      // Row types of tables appear in signatures, never a table's columns.
      await administer(
        `SET check_function_bodies = off;
         ${files.map((file) => readFileSync(join(DIRECTORY, file), 'utf8')).join('\n')}`,
        applied.url,
      );
      const expected = await definitions(applied.url);
      expect(
        Object.keys(expected)
          .map((name) => `${name}.sql`)
          .sort(),
      ).toEqual(files);
      expect(await definitions(migrated.url)).toEqual(expected);
    } finally {
      await migrated.drop();
      await applied.drop();
    }
  });
});

test('a function that was edited is applied again in development', async () => {
  const database = await createTestDatabase();
  try {
    const before = await definitions(database.url);
    await administer(
      `CREATE OR REPLACE FUNCTION is_stopped(wrong_run integer) RETURNS boolean
       LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT wrong_run >= 7'`,
      database.url,
    );
    await applyFunctions(database.url);
    expect(await definitions(database.url)).toEqual(before);
  } finally {
    await database.drop();
  }
});
