import { concernsOneRow } from './failures.js';

/** A statement for one, and one that does the same for several. */
export interface Batchable<Item, Row> {
  one(item: Item): Promise<Row | undefined>;
  /**
   * One transaction. Returns a row, by the id of its item, for each that it has plainly served; for the others it has done
   * nothing.
   */
  several(items: Item[]): Promise<(Row & { id: string })[]>;
  /** Items of the same key never share a statement; rows are locked in the order of the keys. */
  keyOf(item: Item): string;
}

interface Waiting<Item, Row> {
  item: Item;
  /** Undefined: to be asked for alone. */
  served: (row: Row | undefined) => void;
  failed: (error: unknown) => void;
}

const MOST = 32;
const PAUSE_MS = 1_000;

/**
 * What is asked for in one turn of the event loop goes to Postgres in one statement, so that a busy service pays once for
 * what it does many times, and one that is not busy waits for nobody. Whoever the common statement has not served, and all
 * of them when it was undone for the sake of one, are asked for alone: only that decides, and says why.
 */
export class Batcher<Item extends { id: string }, Row extends object> {
  private waiting: Waiting<Item, Row>[] = [];
  private aloneUntil = 0;

  constructor(private readonly statements: Batchable<Item, Row>) {}

  async run(item: Item): Promise<Row | undefined> {
    const row = await new Promise<Row | undefined>((served, failed) => {
      if (this.waiting.length === 0) setImmediate(() => this.flush());
      this.waiting.push({ item, served, failed });
    });
    return row ?? this.statements.one(item);
  }

  private flush(): void {
    const { keyOf } = this.statements;
    const batches: Map<string, Waiting<Item, Row>>[] = [];
    for (const waiting of this.waiting) {
      const key = keyOf(waiting.item);
      let batch = batches.find((one) => one.size < MOST && !one.has(key));
      if (!batch) batches.push((batch = new Map()));
      batch.set(key, waiting);
    }
    this.waiting = [];
    for (const batch of batches) void this.serve(batch);
  }

  private async serve(batch: Map<string, Waiting<Item, Row>>): Promise<void> {
    const all = [...batch].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, waiting]) => waiting);
    try {
      const rows = this.isAlone(all.length)
        ? []
        : await this.statements.several(all.map(({ item }) => item));
      const found = new Map(rows.map((row) => [row.id, row]));
      for (const { item, served } of all) served(found.get(item.id));
    } catch (error) {
      if (!concernsOneRow(error)) {
        for (const { failed } of all) failed(error);
        return;
      }
      // What is wrong with one would be paid for by all of the next ones, too.
      this.aloneUntil = Date.now() + PAUSE_MS;
      for (const { served } of all) served(undefined);
    }
  }

  private isAlone(size: number): boolean {
    return size === 1 || Date.now() < this.aloneUntil;
  }
}
