import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import {
  applyMigrations,
  migrationStatus,
  NewerSchemaError,
  OldSchemaError,
  pendingMigrations,
  revertLast,
} from '../../../src/database/migrator.js';
import { administer, createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import {
  removeScratchDirectories,
  scratchDirectory,
} from '../development/embedded-postgres/private-server.js';

const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url));

let database: TestDatabase;

beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.drop());
afterAll(removeScratchDirectories);

/** The sorted columns, indexes and constraints. */
async function schema(): Promise<unknown[]> {
  const { rows } = await administer(
    `SELECT table_name, column_name, data_type, column_default, is_nullable, '' AS definition
       FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL SELECT tablename, indexname, 'index', '', '', indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT conrelid::regclass::text, conname, 'constraint', '', '', pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     ORDER BY 1, 2, 3`,
    database.url,
  );
  return rows as unknown[];
}

function withMigrations(files: Record<string, string>, copyReal = false): { directory: string } {
  const directory = join(scratchDirectory(), 'migrations');
  mkdirSync(directory);
  if (copyReal) cpSync(MIGRATIONS, directory, { recursive: true });
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(join(directory, name), `module.exports = { ${body} };`);
  }
  return { directory };
}

const sql = (statement: string): string => `(q) => q.sequelize.query(${JSON.stringify(statement)})`;

describe('our migrations', () => {
  it('apply, revert and reapply to the same schema', async () => {
    const names = await applyMigrations(database.url);
    const first = await schema();
    expect(names.length).toBeGreaterThan(0);

    for (const name of [...names].reverse()) expect(await revertLast(database.url)).toBe(name);
    expect(await revertLast(database.url)).toBeUndefined();
    const { rows } = await administer(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`,
      database.url,
    );
    expect(rows).toEqual([{ tablename: 'proofline_migrations' }]);

    expect(await applyMigrations(database.url)).toEqual(names);
    expect(await schema()).toEqual(first);
  });

  it('are applied once by two concurrent processes', async () => {
    const applied = await Promise.all([
      applyMigrations(database.url),
      applyMigrations(database.url),
    ]);

    const { applied: all } = await migrationStatus(database.url);
    expect(applied.flat().sort()).toEqual(all);
    expect(await pendingMigrations(database.url)).toEqual([]);
  });

  it('are listed without changes to the schema', async () => {
    const status = await migrationStatus(database.url);

    expect(status.applied).toEqual([]);
    expect(status.pending.length).toBeGreaterThan(0);
    expect(await schema()).toEqual([]);
  });
});

describe('a database of a newer version', () => {
  it('is refused unchanged, with the names of unknown migrations', async () => {
    const newer = withMigrations(
      { '20991231000000-from-the-future.cjs': `up: ${sql('SELECT 1')}` },
      true,
    );
    await applyMigrations(database.url, newer);
    const before = await schema();

    const refusal = expect.objectContaining({
      unknownMigrations: ['20991231000000-from-the-future.cjs'],
    }) as unknown;
    await expect(applyMigrations(database.url)).rejects.toEqual(refusal);
    await expect(revertLast(database.url)).rejects.toThrow(NewerSchemaError);
    await expect(pendingMigrations(database.url)).rejects.toThrow(
      '20991231000000-from-the-future.cjs',
    );
    expect(await schema()).toEqual(before);
  });
});

describe('a database of a pre-release build', () => {
  it('is refused with one sentence and left unchanged', async () => {
    await administer(
      `CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY);
       INSERT INTO "SequelizeMeta" VALUES ('20261121000100-create-users.cjs')`,
      database.url,
    );
    const before = await schema();
    for (const work of [applyMigrations, revertLast, pendingMigrations, migrationStatus]) {
      await expect(work(database.url)).rejects.toThrow(OldSchemaError);
      await expect(work(database.url)).rejects.toThrow(
        /^A pre-release build created this database, and it cannot be upgraded: [^.]+\.data\/[^.]+\.$/,
      );
    }
    expect(await schema()).toEqual(before);
  });

  it('is not confused with the database of another Sequelize program', async () => {
    await administer(
      `CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY);
       INSERT INTO "SequelizeMeta" VALUES ('1-theirs.cjs')`,
      database.url,
    );
    expect((await applyMigrations(database.url)).length).toBeGreaterThan(0);
  });
});

describe('a migration that fails', () => {
  it('is rolled back, named in the error and can be retried', async () => {
    const broken = withMigrations({
      '1-good.cjs': `up: ${sql('CREATE TABLE good ()')}`,
      '2-bad.cjs': `up: async (q) => {
        await q.sequelize.query('CREATE TABLE half ()');
        await q.sequelize.query('SELECT no_such_column');
      }`,
    });
    await expect(applyMigrations(database.url, broken)).rejects.toThrow(
      /2-bad\.cjs.*no_such_column/,
    );
    expect(await migrationStatus(database.url, broken)).toMatchObject({
      applied: ['1-good.cjs'],
      pending: ['2-bad.cjs'],
    });
    const { rows } = await administer(`SELECT to_regclass('half') AS half`, database.url);
    expect(rows).toEqual([{ half: null }]);

    const fixed = withMigrations({
      '1-good.cjs': `up: ${sql('CREATE TABLE good ()')}`,
      '2-bad.cjs': `up: ${sql('CREATE TABLE half ()')}`,
    });
    expect(await applyMigrations(database.url, fixed)).toEqual(['2-bad.cjs']);
  });

  it('stops on connection loss instead of continuing without its transaction', async () => {
    const cut = withMigrations({
      '1-cut.cjs': `up: async (q) => {
        await q.sequelize.query('CREATE TABLE before_the_cut ()');
        await q.sequelize.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
        await q.sequelize.query('CREATE TABLE after_the_cut ()');
      }`,
    });
    await expect(applyMigrations(database.url, cut)).rejects.toThrow(
      /lost during a migration|terminated/,
    );
    const { rows } = await administer(
      `SELECT to_regclass('before_the_cut') AS a, to_regclass('after_the_cut') AS b`,
      database.url,
    );
    expect(rows).toEqual([{ a: null, b: null }]);
  });
});

describe('the migration lock', () => {
  it('is awaited for at most lockTimeoutMs', async () => {
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(7766338)');

    await expect(applyMigrations(database.url, { lockTimeoutMs: 300 })).rejects.toThrow(
      'Another process',
    );
    await holder.end();
  });

  it('allows CREATE INDEX CONCURRENTLY', async () => {
    const concurrent = withMigrations({
      '1-table.cjs': `up: ${sql('CREATE TABLE big (n int)')}`,
      '2-index.cjs': `transaction: false, up: ${sql('CREATE INDEX CONCURRENTLY big_n ON big (n)')}`,
    });
    const results = await Promise.all([
      applyMigrations(database.url, concurrent),
      applyMigrations(database.url, concurrent),
    ]);

    expect(results.flat().sort()).toEqual(['1-table.cjs', '2-index.cjs']);
  });
});
