import { setTimeout as sleep } from 'node:timers/promises';
import { createBatchLock } from './batcher.js';
import { isSerializationFailure } from './failures.js';
import { runStatement, type StatementPool } from './prepared.js';
import { PrioritySemaphore, type Priority } from './priority-semaphore.js';

/** Delay before each retry, without jitter: long enough for the concurrent transaction to end. */
const RETRY_DELAYS_MS = [5, 20, 80];

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
    private readonly db: StatementPool,
    private readonly priority: Priority = 'normal',
    private readonly semaphore = new PrioritySemaphore(db.pool.options.max, {
      normal: db.acquireTimeoutMs,
      high: db.acquireTimeoutMs,
    }),
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
    return this.semaphore.run(this.priority, () => runStatement<Row>(this.db, sql, bind));
  }
}
