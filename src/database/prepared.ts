import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Database } from './database.js';
import { ConnectionError } from './failures.js';

interface Submitter<Row> {
  query(query: pg.Submittable, done: (error: Error | null, result: { rows: Row[] }) => void): void;
}

interface Statement {
  /** Undefined: not prepared. */
  name: string | undefined;
  text: string;
  values: unknown[];
}

export type StatementPool = Pick<Database, 'pool' | 'prepare' | 'acquireTimeoutMs'>;

/** Bounded: all statement texts are constants. */
const names = new Map<string, string>();
let generation = 0;

/** Contains a hash of the text, because Postgres and poolers identify prepared statements by name only. */
function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    const hash = createHash('sha256').update(sql).digest('base64url');
    name = `${hash.slice(0, 22)}.${generation}`;
    names.set(sql, name);
  }
  return name;
}

/** Makes the next call use a new name, so that every connection prepares the statement again. */
function forget(sql: string, name: string): void {
  if (names.get(sql) !== name) return;
  generation += 1;
  names.delete(sql);
}

/**
 * SQLSTATEs that reject a prepared statement before it runs. 0A000 and 42804: a migration has changed a type
 * of its results or parameters. 26000: a pooler has dropped it. 42P05: a pooler has kept a statement of the
 * same name of another client.
 */
const UNUSABLE: ReadonlySet<string | undefined> = new Set(['0A000', '42804', '26000', '42P05']);

/**
 * Runs a statement on a connection of the pool, prepared unless `prepare` is false. If the prepared
 * statement is unusable, runs it once more unnamed, which every pooler supports.
 * @throws ConnectionError when the pool provides no connection
 */
export async function runStatement<Row extends object>(
  db: StatementPool,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const name = db.prepare ? nameOf(text) : undefined;
  try {
    return await run<Row>(db, { name, text, values });
  } catch (error) {
    const isUnusable = error instanceof pg.DatabaseError && UNUSABLE.has(error.code);
    if (name === undefined || !isUnusable) throw error;
    forget(text, name);
    return run<Row>(db, { name: undefined, text, values });
  }
}

async function run<Row extends object>(db: StatementPool, statement: Statement): Promise<Row[]> {
  const client = await connect(db);
  let fault: Error | undefined;
  try {
    return await query<Row>(client, statement);
  } catch (error) {
    // After any other error the state of the connection is unknown, so the pool discards it.
    const isAnswer = error instanceof pg.DatabaseError && error.severity === 'ERROR';
    if (!isAnswer) fault = error instanceof Error ? error : new Error('The query failed');
    // Replaces pg's stack with the caller's.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  } finally {
    client.release(fault);
  }
}

/** Waits at most `acquireTimeoutMs`. A connection that takes longer serves the next statement. */
async function connect({ pool, acquireTimeoutMs }: StatementPool): Promise<pg.PoolClient> {
  const connecting = pool.connect();
  let timer: NodeJS.Timeout | undefined;
  try {
    const isIdle = pool.idleCount > 0 && pool.idleCount >= pool.waitingCount;
    if (isIdle) return await connecting;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        connecting.then(
          (client) => client.release(),
          () => undefined,
        );
        reject(new Error('Connecting takes too long'));
      }, acquireTimeoutMs);
    });
    return await Promise.race([connecting, timeout]);
  } catch (error) {
    throw new ConnectionError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Uses the driver's own query object: creating one from a config object costs as much as sending it. */
function query<Row extends object>(
  client: pg.PoolClient,
  { name, text, values }: Statement,
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const submittable = new pg.Query(text, values);
    if (name !== undefined) Object.assign(submittable, { name });
    // The driver accepts the callback, but its types do not declare it.
    (client as unknown as Submitter<Row>).query(submittable, (error, result) => {
      if (error) reject(error);
      else resolve(result.rows);
    });
  });
}
