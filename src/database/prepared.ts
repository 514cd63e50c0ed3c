import { createHash } from 'node:crypto';
import pg from 'pg';
import { ConnectionError } from './failures.js';

interface Submitter<Row> {
  query(query: pg.Submittable, done: (error: Error | null, result: { rows: Row[] }) => void): void;
}

interface Statement {
  /** Undefined: parsed and planned for this call only. */
  name: string | undefined;
  text: string;
  values: unknown[];
}

/** A few dozen: the texts are constants of this program. */
const names = new Map<string, string>();
let generation = 0;

/** Carries a hash of the text: Postgres and poolers know a prepared statement by its name alone. */
function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    const hash = createHash('sha256').update(sql).digest('base64url');
    name = `${hash.slice(0, 22)}.${generation}`;
    names.set(sql, name);
  }
  return name;
}

/** The next call uses a new name, so that every connection prepares the statement again. */
function forget(sql: string, name: string): void {
  if (names.get(sql) !== name) return;
  generation += 1;
  names.delete(sql);
}

/**
 * SQLSTATEs that reject a prepared statement before it runs. 0A000, 42804: a migration has changed a type
 * that it returns or takes. 26000: a pooler has forgotten it. 42P05: a pooler has kept one of this name for
 * another client.
 */
const UNUSABLE: ReadonlySet<string | undefined> = new Set(['0A000', '42804', '26000', '42P05']);

/**
 * Runs a statement on a connection of the pool, where Postgres parses and plans it once. A statement whose
 * preparation is unusable is parsed once more, under no name, which every pooler can carry.
 * @param prepare false for poolers that cannot keep prepared statements
 * @throws ConnectionError when the pool has no connection to give
 */
export async function runStatement<Row extends object>(
  pool: pg.Pool,
  text: string,
  values: unknown[],
  prepare: boolean,
): Promise<Row[]> {
  const name = prepare ? nameOf(text) : undefined;
  try {
    return await run<Row>(pool, { name, text, values });
  } catch (error) {
    const isUnusable = error instanceof pg.DatabaseError && UNUSABLE.has(error.code);
    if (name === undefined || !isUnusable) throw error;
    forget(text, name);
    return run<Row>(pool, { name: undefined, text, values });
  }
}

async function run<Row extends object>(pool: pg.Pool, statement: Statement): Promise<Row[]> {
  const client = await connect(pool);
  let fault: Error | undefined;
  try {
    return await query<Row>(client, statement);
  } catch (error) {
    // After anything but an answer of the server the connection is in an unknown state.
    const isAnswer = error instanceof pg.DatabaseError && error.severity === 'ERROR';
    if (!isAnswer) fault = error instanceof Error ? error : new Error('The query failed');
    // Replaces pg's stack with the caller's.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  } finally {
    client.release(fault);
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new ConnectionError(error);
  }
}

/** Submits the driver's own query object: building one from a config object costs as much as sending it. */
function query<Row extends object>(
  client: pg.PoolClient,
  { name, text, values }: Statement,
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const submittable = new pg.Query(text, values);
    if (name !== undefined) Object.assign(submittable, { name });
    // The driver takes the callback; its types do not declare it.
    (client as unknown as Submitter<Row>).query(submittable, (error, result) => {
      if (error) reject(error);
      else resolve(result.rows);
    });
  });
}
