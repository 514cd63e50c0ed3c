import { setTimeout as sleep } from 'node:timers/promises';
import { createBatchLock } from './batcher.js';
import { DATABASE_TIMEOUTS } from './connection.js';
import type { Database } from './database.js';
import { isSerializationFailure } from './failures.js';
import { runStatement } from './prepared.js';
import { PrioritySemaphore, type Priority } from './priority-semaphore.js';

/** Delay before each retry, without jitter: long enough for the concurrent transaction to end. */
const RETRY_DELAYS_MS = [5, 20, 80];
const ACQUIRE_TIMEOUT_MS = { normal: DATABASE_TIMEOUTS.acquire, high: DATABASE_TIMEOUTS.acquire };

/**
 * Runs parameterised SQL on the pool, each statement in its own transaction. Retries serialization failures
 * up to three times.
 */
export class Statements {
  /**
   * For statements that complete started work, such as recording a sent message. They have priority for
   * connections.
   */
  readonly finishing: Statements;

  constructor(
    private readonly db: Pick<Database, 'pool' | 'prepare'>,
    private readonly priority: Priority = 'normal',
    private readonly semaphore = new PrioritySemaphore(db.pool.options.max, ACQUIRE_TIMEOUT_MS),
    readonly batchLock = createBatchLock(),
  ) {
    this.finishing = priority === 'high' ? this : new Statements(db, 'high', semaphore, batchLock);
  }

  /** All rows of the result. */
  async all<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row[]> {
    for (const delayMs of RETRY_DELAYS_MS) {
      try {
        return await this.run<Row>(sql, bind);
      } catch (error) {
        if (!isSerializationFailure(error)) throw error;
        await sleep(delayMs * (0.5 + Math.random()));
      }
    }
    return this.run<Row>(sql, bind);
  }

  /** The first row of the result, if any. */
  async first<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row | undefined> {
    const [row] = await this.all<Row>(sql, bind);
    return row;
  }

  private run<Row extends object>(sql: string, bind: unknown[]): Promise<Row[]> {
    const { pool, prepare } = this.db;
    return this.semaphore.run(this.priority, () => runStatement<Row>(pool, sql, bind, prepare));
  }
}
