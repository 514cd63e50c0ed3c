import type { Statements } from './statements.js';

const REFRESH_AFTER_MS = 60_000;

/**
 * The time of the database, for ids generated here. Applies an offset to the monotonic clock, so the local
 * wall clock does not matter. Accurate to half a round trip.
 */
export class DatabaseClock {
  private offset: { at: number; ms: number } | undefined;
  private refreshing: Promise<void> | undefined;

  constructor(private readonly statements: Statements) {}

  /** Milliseconds since 1970. Waits for the database on the first call only. */
  async now(): Promise<number> {
    if (!this.offset || performance.now() - this.offset.at > REFRESH_AFTER_MS) {
      const refreshed = this.refresh();
      if (!this.offset) await refreshed;
      else refreshed.catch(() => undefined);
    }
    return Math.round(performance.now() + (this.offset?.ms ?? 0));
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.measure().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async measure(): Promise<void> {
    const askedAt = performance.now();
    const row = await this.statements.first<{ now: Date }>('SELECT now() AS now');
    if (!row) throw new Error('The database returned no time');
    const answeredAt = performance.now();
    this.offset = { at: answeredAt, ms: row.now.getTime() - (askedAt + answeredAt) / 2 };
  }
}
