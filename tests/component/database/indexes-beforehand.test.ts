import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyMigrations, revertLast } from '../../../src/database/migrator.js';
import { administer, createTestDatabase } from '../../support/database.js';

const PAGE = join(import.meta.dirname, '../../../docs/operations.md');
const [, BLOCK = ''] =
  /### Building the indexes of the search[^]*?```sql\n([^]*?)```/.exec(
    readFileSync(PAGE, 'utf8'),
  ) ?? [];
const FIRST = '20261201000100-create-applications.cjs';

const INDEXES = `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
  FROM pg_index WHERE indrelid = 'verifications'::regclass AND indisvalid ORDER BY name`;
const FILES = `SELECT relname, relfilenode FROM pg_class
  WHERE relname IN ('verifications', 'verifications_of_application', 'verifications_of_reference') ORDER BY relname`;

test('a migration keeps the indexes that the documents build before it', async () => {
  const database = await createTestDatabase();
  const rows = async (sql: string) =>
    (await administer(sql, database.url)).rows as Record<string, unknown>[];
  try {
    const migrated = await rows(INDEXES);
    const reverted: (string | undefined)[] = [];
    do reverted.push(await revertLast(database.url));
    while (reverted.at(-1) !== FIRST);

    for (const statement of BLOCK.split(';\n').slice(0, -1)) await rows(statement);
    const built = await rows(FILES);
    expect(built).toHaveLength(3);
    expect(await applyMigrations(database.url)).toEqual([...reverted].reverse());
    expect(await rows(FILES)).toEqual(built);
    expect(await rows(INDEXES)).toEqual(migrated);
  } finally {
    await database.drop();
  }
});
