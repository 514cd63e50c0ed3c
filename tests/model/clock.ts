import { QueryTypes, type Sequelize } from 'sequelize';

/** Shadows `now()`, the service's only clock. Time advances on request, so tests can stand on a boundary. */
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

export class DatabaseClock {
  private constructor(
    private readonly db: Sequelize,
    private moment: number,
  ) {}

  /** Affects new connections only. */
  static async install(db: Sequelize): Promise<DatabaseClock> {
    for (const statement of INSTALL) await db.query(statement);
    const [hands] = await db.query<{ moment: Date }>('SELECT moment FROM model_clock.hands', {
      type: QueryTypes.SELECT,
    });
    if (!hands) throw new Error('model_clock.hands is empty');
    return new DatabaseClock(db, hands.moment.getTime());
  }

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
