import { QueryTypes, type Sequelize } from 'sequelize';

/**
 * Puts a clock in front of the one of Postgres: `now()` without a schema is found here first, in statements, functions
 * and defaults alike, since all time in the service is `now()`. Time then passes to the millisecond when it is told to,
 * and never by itself, so that a test can stand exactly on a boundary.
 */
const INSTALL = [
  'CREATE SCHEMA model_clock',
  'CREATE TABLE model_clock.hands (moment timestamptz NOT NULL)',
  `INSERT INTO model_clock.hands VALUES (date_trunc('second', pg_catalog.now()))`,
  `CREATE FUNCTION model_clock.now() RETURNS timestamptz STABLE LANGUAGE sql
     AS 'SELECT moment FROM model_clock.hands'`,
  `DO $$
  DECLARE
    item record;
  BEGIN
    FOR item IN
      SELECT d.adrelid::regclass AS table_name, a.attname FROM pg_attrdef AS d
      JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      WHERE pg_get_expr(d.adbin, d.adrelid) = 'now()'
    LOOP
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT model_clock.now()', item.table_name, item.attname);
    END LOOP;
    EXECUTE format('ALTER DATABASE %I SET search_path = model_clock, pg_catalog, public', current_database());
  END $$`,
];

/** The clock of one test database. */
export class DatabaseClock {
  private constructor(
    private readonly db: Sequelize,
    private moment: number,
  ) {}

  /** Connections that are open already go on with the real clock. */
  static async install(db: Sequelize): Promise<DatabaseClock> {
    for (const statement of INSTALL) await db.query(statement);
    const [hands] = await db.query<{ moment: Date }>('SELECT moment FROM model_clock.hands', {
      type: QueryTypes.SELECT,
    });
    if (!hands) throw new Error('the clock has no hands');
    return new DatabaseClock(db, hands.moment.getTime());
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.moment;
  }

  async advance(milliseconds: number): Promise<void> {
    this.moment += milliseconds;
    await this.db.query('UPDATE model_clock.hands SET moment = $1', {
      bind: [new Date(this.moment)],
    });
  }
}
