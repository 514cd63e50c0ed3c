import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * A connection that holds a shared advisory lock while this process uses the server. The process
 * that gets the lock exclusively is the last user and may stop the server.
 */
export interface UsageLock {
  /** When true, no process can join any more, so the caller must stop the server. */
  isLast(): Promise<boolean>;
  /** Closes the connection. Harmless when the server is gone. */
  close(): Promise<void>;
}

/** Arbitrary; unique in the database `postgres` of an embedded cluster. */
const USAGE_LOCK_ID = 7_766_337;
const TIMEOUT_MS = 2_000;
/** Connections of a closed pool stay visible for some milliseconds. */
const DISCONNECT_GRACE_MS = 1_000;
const NOT_READY_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  '57P03',
  '57P01',
  '57P02',
]);

/**
 * Joins the users of a server.
 * @returns undefined while the server starts or stops.
 * @throws Error when a different server listens on the port.
 */
export async function joinServer(url: string, data: string): Promise<UsageLock | undefined> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'proofline presence',
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    keepAlive: true,
  });
  // The server may stop at any time; its users notice it on their own connections.
  client.on('error', () => undefined);
  try {
    await client.connect();
    if (!(await acquireShared(client, data))) {
      await client.end();
      return undefined;
    }
  } catch (error) {
    void client.end();
    if (isNotReady(error)) return undefined;
    throw error;
  }
  // Lets the process exit, except while it releases the lock.
  const socket = client as unknown as { ref(): void; unref(): void };
  socket.unref();
  return {
    isLast: () => {
      socket.ref();
      return isLast(client);
    },
    close: () => {
      socket.ref();
      return client.end();
    },
  };
}

async function acquireShared(client: pg.Client, data: string): Promise<boolean> {
  const { rows } = await client.query<{ directory: string; joined: boolean }>(
    `SELECT current_setting('data_directory') AS directory, pg_try_advisory_lock_shared($1) AS joined`,
    [USAGE_LOCK_ID],
  );
  if (rows[0]?.directory !== data)
    throw new Error(`The port of the server in ${data} belongs to another server`);
  return rows[0].joined;
}

async function isLast(client: pg.Client): Promise<boolean> {
  await client.query('SELECT pg_advisory_unlock_shared($1)', [USAGE_LOCK_ID]);
  const { rows } = await client.query<{ last: boolean }>(
    'SELECT pg_try_advisory_lock($1) AS last',
    [USAGE_LOCK_ID],
  );
  if (rows[0]?.last !== true) return false;
  const deadline = Date.now() + DISCONNECT_GRACE_MS;
  do {
    if (!(await hasOtherClients(client))) return true;
    await sleep(20);
  } while (Date.now() < deadline);
  await client.query('SELECT pg_advisory_unlock($1)', [USAGE_LOCK_ID]);
  return false;
}

async function hasOtherClients(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1`,
  );
  return rowCount !== 0;
}

function isNotReady(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return NOT_READY_CODES.has(code) || /terminated|timeout/i.test(String(message));
}
