import { setTimeout as sleep } from 'node:timers/promises';
import { QueryTypes, type Sequelize } from 'sequelize';
import { LONG_TIMEOUTS } from './connection.js';

/** Key of the advisory lock. */
const LOCK = 7_766_338;
const LOCK_TIMEOUT_MS = 120_000;
const LOCK_POLL_MS = 100;
/** Poolers in transaction mode keep neither locks nor settings of a session, so both are the transaction's. */
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${LONG_TIMEOUTS.lock};
  SET LOCAL statement_timeout = ${LONG_TIMEOUTS.statement}; SET LOCAL idle_in_transaction_session_timeout = 0`;

/**
 * Runs `work` in a transaction that holds the lock. Polls, because CREATE INDEX CONCURRENTLY would wait for a
 * session that is blocked on the lock.
 */
export async function withMigrationLock<T>(
  session: Sequelize,
  { lockTimeoutMs = LOCK_TIMEOUT_MS }: { lockTimeoutMs?: number },
  work: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + lockTimeoutMs;
  do {
    await session.query(BEGIN);
    try {
      if (await tryLock(session)) {
        const result = await work();
        await session.query('COMMIT');
        return result;
      }
      await session.query('ROLLBACK');
    } catch (error) {
      await session.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
    await sleep(LOCK_POLL_MS);
  } while (performance.now() < deadline);
  throw new Error(
    `Another process has been migrating the database for more than ${lockTimeoutMs / 1000} s`,
  );
}

async function tryLock(session: Sequelize): Promise<boolean> {
  const [row] = await session.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_xact_lock(${LOCK}) AS locked`,
    { type: QueryTypes.SELECT },
  );
  return row?.locked === true;
}
