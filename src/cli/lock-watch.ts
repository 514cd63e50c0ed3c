import { LONG_TIMEOUTS, clientConfig } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { isLockTimeout } from '../database/failures.js';
import { lockHolderOf, type LockHolder } from '../database/lock-holders.js';
import { TimeoutClient } from '../database/timeout-client.js';

const LOOK_EVERY_MS = 1_000;
const RECIPE = 'docs/operations.md, "A table is locked"';

/** The command gave up waiting for a lock. The message names who holds it, if it was seen. */
export class LockedError extends Error {
  constructor(holder: LockHolder | undefined, cause: unknown) {
    super(
      holder ? describe(holder) : `A table or row that the command needs is locked: ${RECIPE}.`,
      {
        cause,
      },
    );
    this.name = 'LockedError';
  }
}

/**
 * Runs `work`, and looks from a second connection who keeps it waiting: Postgres knows that only during the
 * wait.
 * @throws LockedError in place of a lock timeout
 */
export async function withLockWatch<T>(
  url: string,
  db: Database,
  work: () => Promise<T>,
): Promise<T> {
  let seen: LockHolder | undefined;
  let client: Promise<TimeoutClient> | undefined;
  const look = async () => {
    client ??= connect(url);
    seen = (await lockHolderOf(await client, db.backendPids())) ?? seen;
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  try {
    return await work();
  } catch (error) {
    throw isLockTimeout(error) ? new LockedError(seen, error) : error;
  } finally {
    clearInterval(timer);
    await client?.then((open) => open.end()).catch(() => undefined);
  }
}

async function connect(url: string): Promise<TimeoutClient> {
  const client = new TimeoutClient(clientConfig(url, LONG_TIMEOUTS));
  await client.connect();
  return client;
}

function describe({ pid, application, state, seconds, query, table }: LockHolder): string {
  const since = seconds === null ? '' : ` for ${seconds} s`;
  const session = [application, `${state ?? 'state unknown'}${since}`, query]
    .filter((part) => part !== '')
    .join(', ');
  return (
    `${table === null ? 'A row' : `The table ${table}`} is locked by session ${pid} (${session}). Wait for it, ` +
    `or end it with "SELECT pg_terminate_backend(${pid})", and repeat the command: ${RECIPE}.`
  );
}
