import { setTimeout as sleep } from 'node:timers/promises';
import type { Sequelize } from 'sequelize';
import { createTurnstile } from './batcher.js';
import { DATABASE_TIMEOUTS } from './connection.js';
import { isSerializationFailure } from './failures.js';
import { runPrepared } from './prepared.js';
import { TwoLaneGate, type Lane } from './two-lane-gate.js';

/** Milliseconds, before jitter, ahead of each repetition: long enough for the other transaction to end. */
const PAUSES_MS = [5, 20, 80];
const TIMEOUT_MS = { beginning: DATABASE_TIMEOUTS.acquire, finishing: DATABASE_TIMEOUTS.acquire };

/**
 * Bound and prepared SQL on the pool: values never become part of a statement's text. Each statement is a transaction of its own,
 * so one that Postgres undid for the sake of another has left no trace and is tried again, three times at most.
 */
export class Statements {
  /**
   * For statements that complete what was begun, the note that a message went out above all: they go first when
   * connections are short. Who asks for a code then may be told to come back, but not when it is already on its way.
   */
  readonly finishing: Statements;

  constructor(
    private readonly db: Sequelize,
    connections: number,
    private readonly lane: Lane = 'beginning',
    private readonly gate = new TwoLaneGate(connections, TIMEOUT_MS),
    /** Of the statements that serve several at once. */
    readonly turnstile = createTurnstile(),
  ) {
    this.finishing =
      lane === 'finishing' ? this : new Statements(db, connections, 'finishing', gate, turnstile);
  }

  /** The rows that the statement returns. */
  async all<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row[]> {
    for (const pauseMs of PAUSES_MS) {
      try {
        return await this.run<Row>(sql, bind);
      } catch (error) {
        if (!isSerializationFailure(error)) throw error;
        await sleep(pauseMs * (0.5 + Math.random()));
      }
    }
    return this.run<Row>(sql, bind);
  }

  /** Its first row, if any. */
  async first<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row | undefined> {
    const [row] = await this.all<Row>(sql, bind);
    return row;
  }

  private run<Row extends object>(sql: string, bind: unknown[]): Promise<Row[]> {
    return this.gate.run(this.lane, () => runPrepared<Row>(this.db, sql, bind));
  }
}
