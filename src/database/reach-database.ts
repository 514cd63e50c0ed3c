import { setTimeout as sleep } from 'node:timers/promises';
import { clientConfig, LONG_TIMEOUTS, withConnectTimeout } from './connection.js';
import { TimeoutClient, TimeoutsRefusedError } from './timeout-client.js';

/** Wait of a command for a database that sleeps: serverless ones wake in 8 to 15 s. */
export const WAKING_MS = 30_000;
const RETRY_MS = 250;
/** The server is starting up. */
const CANNOT_CONNECT_NOW = '57P03';

/**
 * Connects and disconnects. Repeats attempts that timed out for `patienceMs`, because a database that sleeps
 * keeps connections waiting while it wakes.
 * @param connectTimeoutMs of one attempt, 5 s by default
 * @throws UnsupportedDatabaseError; DatabaseUrlError; the driver's error of the last attempt
 */
export async function reachDatabase(
  url: string,
  connectTimeoutMs?: number,
  patienceMs = WAKING_MS,
): Promise<void> {
  const config = clientConfig(url, withConnectTimeout(LONG_TIMEOUTS, connectTimeoutMs));
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const client = new TimeoutClient(config);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (error instanceof TimeoutsRefusedError) continue;
      if (!mayBeWaking(error) || performance.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}

function mayBeWaking(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === CANNOT_CONNECT_NOW || code === 'ETIMEDOUT' || message === 'timeout expired';
}
