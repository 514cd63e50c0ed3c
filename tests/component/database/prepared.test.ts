import { Statements } from '../../../src/database/statements.js';
import { openDatabase } from '../../support/open-database.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';

describe('a prepared statement', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  test('survives a migration that changes column types, on every connection', async () => {
    const connections = openDatabase(database.url, 4);
    const db = connections.sequelize;
    const statements = new Statements(connections);
    const write = (value: string) =>
      statements.all<{ value: unknown }>(
        'INSERT INTO kept (value, other) SELECT $1, 1 RETURNING value, other',
        [value],
      );
    try {
      await db.query('CREATE TABLE kept (value text, other integer)');
      await Promise.all([write('1'), write('2'), write('3')]);
      const [first] = await statements.all<{ prepared: number }>(
        'SELECT count(*)::int AS prepared FROM pg_prepared_statements',
      );
      expect(first?.prepared).toBeGreaterThan(0);

      await db.query('ALTER TABLE kept ADD COLUMN more text, ALTER COLUMN other TYPE bigint');
      expect(await Promise.all([write('4'), write('5'), write('6')])).toHaveLength(3);
      await db.query('ALTER TABLE kept ALTER COLUMN value TYPE bigint USING value::bigint');
      expect(await Promise.all([write('7'), write('8'), write('9')])).toHaveLength(3);
      expect(await db.query('SELECT count(*)::int AS n FROM kept')).toMatchObject([[{ n: 9 }], {}]);
    } finally {
      await connections.close();
    }
  });

  test('that fails has the stack of its caller', async () => {
    const connections = openDatabase(database.url, 1);
    try {
      const failing = new Statements(connections).all('SELECT 1 / $1::int', [0]);
      await expect(failing).rejects.toMatchObject({
        message: 'division by zero',
        stack: expect.stringMatching(/ at .*prepared\.test/s),
      });
    } finally {
      await connections.close();
    }
  });
});
