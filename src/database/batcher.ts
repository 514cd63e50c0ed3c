import { concernsOneRow, isLockConflict } from './failures.js';
import { PrioritySemaphore } from './priority-semaphore.js';

/** A statement that processes several items at once. */
export interface BatchStatement<Item, Row> {
  /**
   * Runs in one transaction. Returns one row per processed item, with its id, and changes nothing for the
   * others. For a single item, the row may also contain a refusal.
   */
  run(items: Item[]): Promise<(Row & { id: string })[]>;
  /** Items with equal keys never share a statement. */
  keyOf(item: Item): string;
}

interface Waiting<Item, Row> {
  item: Item;
  /** Undefined makes the item run alone. */
  resolve: (row: Row | undefined) => void;
  reject: (error: unknown) => void;
}

const MAX_BATCH_SIZE = 32;
/** Limits the wait for a batch that is blocked by a lock or a frozen database. */
const LOCK_TIMEOUT_MS = 250;
const PAUSE_AFTER_CONFLICT_MS = 1_000;

/** Serialises batches: one runs at a time. Under load, each batch collects more items. */
export const createBatchLock = (): PrioritySemaphore =>
  new PrioritySemaphore(1, { normal: LOCK_TIMEOUT_MS, high: LOCK_TIMEOUT_MS });

/**
 * Collects the items of one event loop turn, or those that arrive while a batch runs, into one statement.
 * Adds no delay when idle. Runs an item again alone if the batch returned no row for it; that result is
 * final.
 */
export class Batcher<Item extends { id: string }, Row extends object> {
  /** Not empty while this batcher waits for the batch lock. */
  private waiting: Waiting<Item, Row>[] = [];
  private aloneUntil = 0;

  constructor(
    private readonly batchLock: PrioritySemaphore,
    private readonly statement: BatchStatement<Item, Row>,
  ) {}

  /** Undefined when the statement also returns no row for the item alone. */
  async run(item: Item): Promise<Row | undefined> {
    const row = await new Promise<Row | undefined>((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => this.schedule());
      this.waiting.push({ item, resolve, reject });
    });
    if (row) return row;
    const [alone] = await this.statement.run([item]);
    return alone;
  }

  private schedule(): void {
    this.batchLock.run('normal', () => this.serveNext()).catch(() => this.releaseAll());
  }

  private serveNext(): Promise<void> {
    const batch = this.nextBatch();
    if (this.waiting.length > 0) this.schedule();
    return this.serve(batch);
  }

  private releaseAll(): void {
    for (const { resolve } of this.waiting.splice(0)) resolve(undefined);
  }

  /** The oldest items with distinct keys, sorted by id. */
  private nextBatch(): Waiting<Item, Row>[] {
    const batch = new Map<string, Waiting<Item, Row>>();
    this.waiting = this.waiting.filter((waiting) => {
      const key = this.statement.keyOf(waiting.item);
      if (batch.size === MAX_BATCH_SIZE || batch.has(key)) return true;
      batch.set(key, waiting);
      return false;
    });
    return [...batch.values()].sort((a, b) => (a.item.id < b.item.id ? -1 : 1));
  }

  private async serve(batch: Waiting<Item, Row>[]): Promise<void> {
    try {
      const rows = new Map((await this.rowsOf(batch)).map((row) => [row.id, row]));
      for (const { item, resolve } of batch) resolve(rows.get(item.id));
    } catch (error) {
      if (!concernsOneRow(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // The next batches would wait for the same lock, so items run alone for a while.
      if (isLockConflict(error)) this.aloneUntil = performance.now() + PAUSE_AFTER_CONFLICT_MS;
      for (const { resolve } of batch) resolve(undefined);
    }
  }

  private async rowsOf(batch: Waiting<Item, Row>[]): Promise<(Row & { id: string })[]> {
    if (batch.length === 1 || performance.now() < this.aloneUntil) return [];
    return this.statement.run(batch.map(({ item }) => item));
  }
}
