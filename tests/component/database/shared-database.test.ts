import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { applyMigrations, migrationStatus, revertLast } from '../../../src/database/migrator.js';
import { administer, createEmptyDatabase, type TestDatabase } from '../../support/database.js';

const ROOT = join(import.meta.dirname, '../../..');

let database: TestDatabase;
/** The database with our tables in a schema of their own. */
let ours: string;

beforeEach(async () => {
  database = await createEmptyDatabase();
  ours = `${database.url}?options=-c%20search_path%3Dproof`;
  // Another application, made with Sequelize: its tables have names that ours have too.
  await administer(
    `CREATE SCHEMA proof;
     CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY);
     INSERT INTO "SequelizeMeta" VALUES ('1-theirs.cjs');
     CREATE TABLE proofline_migrations (name varchar(255) PRIMARY KEY, note text);
     INSERT INTO proofline_migrations VALUES ('20261130000100-create-users.cjs', 'of another installation');
     CREATE TABLE users (id int PRIMARY KEY, name text);
     INSERT INTO users VALUES (1, 'theirs');
     CREATE FUNCTION user_of(text) RETURNS text LANGUAGE sql AS 'SELECT $1'`,
    database.url,
  );
});
afterEach(() => database.drop());

/** Everything in `public`, with its rows. */
async function theirs(): Promise<unknown> {
  const { rows } = await administer(
    `SELECT (SELECT json_agg(relname ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS names,
       (SELECT json_agg(proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS functions,
       (SELECT json_agg(u) FROM public.users u) AS users, (SELECT json_agg(m) FROM public."SequelizeMeta" m) AS meta,
       (SELECT json_agg(m) FROM public.proofline_migrations m) AS migrations`,
    database.url,
  );
  return rows[0] as unknown;
}

async function tablesOf(schema: string): Promise<string[]> {
  const { rows } = await administer(
    `SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' ORDER BY 1`,
    database.url,
  );
  return (rows as { tablename: string }[]).map(({ tablename }) => tablename);
}

function sequelizeCli(...args: string[]) {
  const program = join(ROOT, 'node_modules/sequelize-cli/lib/sequelize');
  const { PATH, HOME } = process.env;
  return spawnSync(process.execPath, [program, ...args], {
    cwd: ROOT,
    env: { PATH, HOME, NODE_ENV: 'test', DATABASE_URL: ours },
    encoding: 'utf8',
  });
}

describe('a database shared with another Sequelize application', () => {
  it('goes up, down and up in a schema of its own, and leaves foreign rows as they were', async () => {
    const before = await theirs();
    expect((await migrationStatus(ours)).applied).toEqual([]);
    const names = await applyMigrations(ours);
    const tables = await tablesOf('proof');
    expect(tables).toEqual(expect.arrayContaining(['proofline_migrations', 'users']));
    for (const name of [...names].reverse()) expect(await revertLast(ours)).toBe(name);
    expect(await tablesOf('proof')).toEqual(['proofline_migrations']);
    expect(await revertLast(ours)).toBeUndefined();
    expect(await applyMigrations(ours)).toEqual(names);
    expect(await tablesOf('proof')).toEqual(tables);
    expect(await theirs()).toEqual(before);
  });

  it('does the same with sequelize-cli', async () => {
    const before = await theirs();
    const up = sequelizeCli('db:migrate');
    expect(up).toMatchObject({ status: 0 });
    const tables = await tablesOf('proof');
    expect((await migrationStatus(ours)).pending).toEqual([]);
    expect(sequelizeCli('db:seed:all')).toMatchObject({ status: 0 });
    expect(sequelizeCli('db:migrate:undo:all')).toMatchObject({ status: 0 });
    expect(await tablesOf('proof')).toEqual(['proofline_migrations']);
    expect(sequelizeCli('db:migrate')).toMatchObject({ status: 0 });
    expect(await tablesOf('proof')).toEqual(tables);
    expect(await theirs()).toEqual(before);
  }, 60_000);

  it('names the schema that is missing', async () => {
    const url = `${database.url}?options=-c%20search_path%3Dnowhere`;
    await expect(applyMigrations(url)).rejects.toThrow(/search_path.*CREATE SCHEMA/);
  });
});
