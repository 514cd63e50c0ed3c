import { QueryTypes, type Sequelize } from 'sequelize';

/** Bound SQL on the pool: values never become part of a statement's text. */
export class Statements {
  constructor(private readonly db: Sequelize) {}

  /** The rows that the statement returns. */
  all<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row[]> {
    return this.db.query<Row>(sql, { bind, type: QueryTypes.SELECT });
  }

  /** Its first row, if any. */
  async first<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row | undefined> {
    const [row] = await this.all<Row>(sql, bind);
    return row;
  }
}
