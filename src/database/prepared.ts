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

interface Submitter<Row> {
  query(query: pg.Submittable, done: (error: Error | null, result: { rows: Row[] }) => void): void;
}

interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

/** The texts are constants of this program, so there are a few dozen. */
const names = new Map<string, string>();
let generation = 0;

/** PgBouncer and Postgres know a prepared statement by its name alone: another version's text must have another one. */
function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    const hash = createHash('sha256').update(sql).digest('base64url');
    name = `${hash.slice(0, 22)}.${generation}`;
    names.set(sql, name);
  }
  return name;
}

/** From now on it has another name, so that every connection prepares it again. */
function forget(sql: string, name: string): void {
  if (names.get(sql) !== name) return;
  generation += 1;
  names.delete(sql);
}

/** Another result, or another type of a parameter, than when it was prepared. Said before anything is carried out. */
const STALE: ReadonlySet<string | undefined> = new Set(['0A000', '42804']);

/** Whether a migration has given a column another type under way. */
const isStale = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && STALE.has(error.code);

/**
 * Runs a statement on a connection of the pool, where Postgres parses and plans it once and not each time. What
 * it returns should be named column by column, so that a migration that adds one does not make it another result.
 */
export async function runPrepared<Row extends object>(
  db: Sequelize,
  sql: string,
  bind: unknown[],
): Promise<Row[]> {
  const name = nameOf(sql);
  try {
    return await run<Row>(db, { name, text: sql, values: bind });
  } catch (error) {
    if (!isStale(error)) throw error;
    forget(sql, name);
    return run<Row>(db, { name: nameOf(sql), text: sql, values: bind });
  }
}

async function run<Row extends object>(db: Sequelize, statement: Statement): Promise<Row[]> {
  const pool = db.connectionManager as unknown as ClientPool;
  const client = await pool.getConnection({ type: 'SELECT' });
  try {
    return await ask<Row>(client, statement);
  } catch (error) {
    // Only an answer of the server leaves a connection that the next one can rely on.
    const isAnswer = error instanceof pg.DatabaseError && error.severity === 'ERROR';
    if (!isAnswer) client._invalid = true;
    // The driver's leads to its socket, and this one to whoever asked.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  } finally {
    pool.releaseConnection(client);
  }
}

/** A query object of the driver's own: what `client.query` makes of a name, a text and values costs as much as sending them. */
function ask<Row extends object>(
  client: pg.Client,
  { name, text, values }: Statement,
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const query = Object.assign(new pg.Query(text, values), { name });
    // What the driver takes, and its types do not declare.
    (client as unknown as Submitter<Row>).query(query, (error, result) => {
      if (error) reject(error);
      else resolve(result.rows);
    });
  });
}
