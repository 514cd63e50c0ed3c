import { Database } from '../../../src/database/database.js';
import { Statements } from '../../../src/database/statements.js';
import { administer, createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { openDatabase } from '../../support/open-database.js';

const INSERT = 'INSERT INTO kept (value) SELECT $1 RETURNING value';

describe('behind a pooler', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createEmptyDatabase();
    await administer('CREATE TABLE kept (value text)', database.url);
  });
  afterEach(() => database.drop());

  const kept = async () =>
    (await administer('SELECT value FROM kept ORDER BY value', database.url)).rows.length;
  const preparedNames = async (connections: Database) => {
    const { rows } = await connections.pool.query<{ name: string }>(
      `SELECT name FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'`,
    );
    return rows.map(({ name }) => name);
  };

  test('a dropped statement (26000) is prepared again and runs once', async () => {
    const connections = openDatabase(database.url, 2);
    try {
      const statements = new Statements(connections);
      await statements.all(INSERT, ['a']);
      const [name] = await preparedNames(connections);
      await connections.pool.query('DEALLOCATE ALL');
      expect(await statements.all(INSERT, ['b'])).toEqual([{ value: 'b' }]);
      expect(await statements.all(INSERT, ['c'])).toEqual([{ value: 'c' }]);
      expect(await kept()).toBe(3);
      const again = await preparedNames(connections);
      expect(again).toHaveLength(1);
      expect(again).not.toContain(name);
    } finally {
      await connections.close();
    }
  });

  test("another client's statement of the same name (42P05) is not used, and ours runs once", async () => {
    const connections = openDatabase(database.url, 2);
    try {
      const statements = new Statements(connections);
      await statements.all(INSERT, ['a']);
      const [name] = await preparedNames(connections);
      await administer(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'proofline' AND datname = '${new URL(database.url).pathname.slice(1)}'`,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      await connections.pool.query(`PREPARE "${name ?? ''}" AS SELECT 'stranger'`);
      expect(await statements.all(INSERT, ['b'])).toEqual([{ value: 'b' }]);
      expect(await kept()).toBe(2);
    } finally {
      await connections.close();
    }
  });

  test('nothing is prepared with DB_PREPARE=false', async () => {
    const connections = new Database({ url: database.url, poolMax: 2, prepare: false });
    try {
      const statements = new Statements(connections);
      await statements.all(INSERT, ['a']);
      await statements.all(INSERT, ['b']);
      expect(await preparedNames(connections)).toEqual([]);
      expect(await kept()).toBe(2);
    } finally {
      await connections.close();
    }
  });

  test.each([2, 3, 8])('both pools together open at most %i connections', async (poolMax) => {
    const connections = openDatabase(database.url, poolMax);
    try {
      const statements = new Statements(connections);
      const work = Array.from({ length: 20 }, () => [
        statements.all('SELECT pg_sleep(0.02)'),
        connections.sequelize.query('SELECT pg_sleep(0.02)'),
      ]);
      await Promise.all(work.flat());
      const { rows } = await administer(
        `SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE application_name = 'proofline' AND datname = '${new URL(database.url).pathname.slice(1)}'`,
      );
      expect(rows).toEqual([{ n: poolMax }]);
      expect(connections.state()).toEqual({
        size: poolMax,
        available: poolMax,
        using: 0,
        waiting: 0,
      });
    } finally {
      await connections.close();
    }
  });

  test('a statement of the same turn ends when the pools are closed', async () => {
    const connections = openDatabase(database.url, 2);
    const statements = new Statements(connections);
    await statements.all('SELECT 1');
    const last = statements.all('SELECT 1 AS one');
    await connections.close();
    expect(await last).toEqual([{ one: 1 }]);
    await expect(statements.all('SELECT 1')).rejects.toThrow('no connection');
  });
});
