import { concernsOneRow, isInTheWay } from './failures.js';
import { TwoLaneGate } from './two-lane-gate.js';

/** A statement for one, and one that does the same for several. */
export interface Batchable<Item, Row> {
  one(item: Item): Promise<Row | undefined>;
  /**
   * One transaction. Returns a row, by the id of its item, for each that it has plainly served; for the others it has done
   * nothing.
   */
  several(items: Item[]): Promise<(Row & { id: string })[]>;
  /** Items of the same key never share a statement. */
  keyOf(item: Item): string;
}

interface Waiting<Item, Row> {
  item: Item;
  /** Undefined: to be asked for alone. */
  served: (row: Row | undefined) => void;
  failed: (error: unknown) => void;
}

const MOST = 32;
/** So that nobody waits much longer than alone while what is under way waits for a row, or for a database that is frozen. */
const TIMEOUT_MS = 250;
const PAUSE_MS = 1_000;

/**
 * The line that several batchers stand in, each with all that it collects meanwhile: one after the other passes. So no two common
 * statements take the cores from each other, and the more there is to do, the more goes through at once.
 */
export const createTurnstile = (): TwoLaneGate =>
  new TwoLaneGate(1, { beginning: TIMEOUT_MS, finishing: TIMEOUT_MS });

/**
 * What is asked for in one turn of the event loop goes to Postgres in one statement, and so does what is asked for while a common
 * statement is under way: a busy service pays once for what it does many times, and one that is not busy waits for nobody. Whoever
 * the common statement has not served, and all of them when it was undone for the sake of one, are asked for alone: only that
 * decides, and says why.
 */
export class Batcher<Item extends { id: string }, Row extends object> {
  /** In line as long as it is not empty. */
  private waiting: Waiting<Item, Row>[] = [];
  private aloneUntil = 0;

  constructor(
    private readonly turnstile: TwoLaneGate,
    private readonly statements: Batchable<Item, Row>,
  ) {}

  async run(item: Item): Promise<Row | undefined> {
    const row = await new Promise<Row | undefined>((served, failed) => {
      if (this.waiting.length === 0) setImmediate(() => this.lineUp());
      this.waiting.push({ item, served, failed });
    });
    return row ?? this.statements.one(item);
  }

  private lineUp(): void {
    this.turnstile.run('beginning', () => this.serveNext()).catch(() => this.giveUp());
  }

  private serveNext(): Promise<void> {
    const batch = this.nextBatch();
    if (this.waiting.length > 0) this.lineUp();
    return this.serve(batch);
  }

  private giveUp(): void {
    for (const { served } of this.waiting.splice(0)) served(undefined);
  }

  /** Those who have waited longest and may go together, in the order of their ids. */
  private nextBatch(): Waiting<Item, Row>[] {
    const batch = new Map<string, Waiting<Item, Row>>();
    this.waiting = this.waiting.filter((waiting) => {
      const key = this.statements.keyOf(waiting.item);
      if (batch.size === MOST || batch.has(key)) return true;
      batch.set(key, waiting);
      return false;
    });
    return [...batch.values()].sort((a, b) => (a.item.id < b.item.id ? -1 : 1));
  }

  private async serve(batch: Waiting<Item, Row>[]): Promise<void> {
    try {
      const found = new Map((await this.rowsOf(batch)).map((row) => [row.id, row]));
      for (const { item, served } of batch) served(found.get(item.id));
    } catch (error) {
      if (!concernsOneRow(error)) {
        for (const { failed } of batch) failed(error);
        return;
      }
      // The next ones would wait for it as long.
      if (isInTheWay(error)) this.aloneUntil = performance.now() + PAUSE_MS;
      for (const { served } of batch) served(undefined);
    }
  }

  private async rowsOf(batch: Waiting<Item, Row>[]): Promise<(Row & { id: string })[]> {
    if (batch.length === 1 || performance.now() < this.aloneUntil) return [];
    return this.statements.several(batch.map(({ item }) => item));
  }
}
