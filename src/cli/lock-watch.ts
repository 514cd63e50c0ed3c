import { LONG_TIMEOUTS, clientConfig } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { isLockTimeout } from '../database/failures.js';
import { lockHolderOf, type LockHolder } from '../database/lock-holders.js';
import { TimeoutClient } from '../database/timeout-client.js';
import { LockedError } from './locked-error.js';

const POLL_INTERVAL_MS = 1_000;

/**
 * Runs `work` and watches for its lock holder from a second connection: Postgres knows the holder only
 * during the wait.
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
  const timer = setInterval(() => void look().catch(() => undefined), POLL_INTERVAL_MS);
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
