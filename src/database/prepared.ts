import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Sequelize } from 'sequelize';

/** A client of the driver, with the mark by which Sequelize's pool knows that it is of no use any more. */
type PooledClient = pg.Client & { _invalid?: boolean };

/** What Sequelize has and does not declare: its pool hands out the driver's own clients. */
interface ClientPool {
  getConnection(options: { type: 'SELECT' }): Promise<PooledClient>;
  releaseConnection(client: PooledClient): void;
}

/** The texts are constants of this program, so there are a few dozen. */
const names = new Map<string, string>();

/** PgBouncer and Postgres know a prepared statement by its name alone: another version's text must have another one. */
function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('base64url').slice(0, 22);
    names.set(sql, name);
  }
  return name;
}

/**
 * Runs a statement on a connection of the pool, where Postgres parses and plans it once and not each time. What
 * it returns must be named column by column: after a migration that adds one, `SELECT *` would be refused as another
 * result type by every connection that has prepared it.
 */
export async function runPrepared<Row extends object>(
  db: Sequelize,
  sql: string,
  bind: unknown[],
): Promise<Row[]> {
  const pool = db.connectionManager as unknown as ClientPool;
  const client = await pool.getConnection({ type: 'SELECT' });
  try {
    const query = { name: nameOf(sql), text: sql, values: bind };
    return (await client.query<Row>(query)).rows;
  } catch (error) {
    // Only an answer of the server leaves a connection that the next one can rely on.
    const isAnswer = error instanceof pg.DatabaseError && error.severity === 'ERROR';
    if (!isAnswer) client._invalid = true;
    throw error;
  } finally {
    pool.releaseConnection(client);
  }
}
