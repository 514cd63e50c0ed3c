import { AppError } from '../../errors/app-error.js';

/** Where values come from: those of `ids` that exist. One statement a call. */
export type Load<Value> = (ids: string[]) => Promise<Iterable<Found<Value>>>;

export interface Found<Value> {
  id: string;
  value: Value;
  /** Milliseconds until the value is out of force; at most {@link MAX_AGE_MS} counts. */
  endsInMs?: number | undefined;
}

interface Cached<Value> {
  /** Undefined: there is none. */
  value: Value | undefined;
  refreshAt: number;
  endsAt: number;
}

interface Waiter<Value> {
  resolve: (value: Value | undefined) => void;
  reject: (error: unknown) => void;
}

/** Below the 5 s within which a change must be in force, with time for the statement. */
export const MAX_AGE_MS = 4_000;
/** Values in use are loaded again before they end, so nobody waits. */
const REFRESH_AFTER_MS = 2_000;
const STATEMENT_INTERVAL_MS = 100;
const MAX_CACHED = 10_000;
const MAX_WAITING = 20_000;
const RETRY_AFTER_SECONDS = 1;

/**
 * Values by id, cached for {@link MAX_AGE_MS}, also that there is none. All ids that are not cached share one
 * statement at most every 100 ms. Found and missing ids are bounded apart, so made-up ids displace no value.
 */
export class CachedLookup<Value> {
  private readonly found = new Map<string, Cached<Value>>();
  private readonly missing = new Map<string, Cached<Value>>();
  private readonly waiting = new Map<string, Waiter<Value>[]>();
  private nextStatementAt = 0;
  private isScheduled = false;

  constructor(
    private readonly load: Load<Value>,
    private readonly now = () => performance.now(),
  ) {}

  /** Undefined if there is no such value. @throws AppError `service_unavailable` when too many wait */
  async find(id: string): Promise<Value | undefined> {
    const cached = this.found.get(id) ?? this.missing.get(id);
    const now = this.now();
    if (!cached || now >= cached.endsAt) {
      return new Promise((resolve, reject) => this.wait(id, { resolve, reject }));
    }
    if (cached.value !== undefined && now >= cached.refreshAt) this.wait(id);
    return cached.value;
  }

  /** Like {@link find}, but answers with an outdated value while it is loaded again. */
  async findRecent(id: string): Promise<Value | undefined> {
    const cached = this.found.get(id);
    if (!cached) return this.find(id);
    if (this.now() >= cached.refreshAt) this.wait(id);
    return cached.value;
  }

  private wait(id: string, waiter?: Waiter<Value>): void {
    const waiters = this.waiting.get(id);
    if (!waiters && this.waiting.size >= MAX_WAITING) {
      const extras = { retryAfter: RETRY_AFTER_SECONDS };
      waiter?.reject(new AppError('service_unavailable', { extras }));
      return;
    }
    if (!waiters) this.waiting.set(id, waiter ? [waiter] : []);
    else if (waiter) waiters.push(waiter);
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    const delayMs = Math.max(0, this.nextStatementAt - this.now());
    setTimeout(() => void this.loadWaiting(), delayMs).unref();
  }

  private async loadWaiting(): Promise<void> {
    const batch = new Map(this.waiting);
    this.waiting.clear();
    const startedAt = this.now();
    this.nextStatementAt = startedAt + STATEMENT_INTERVAL_MS;
    try {
      const loaded = new Map<string, Found<Value>>();
      for (const found of await this.load([...batch.keys()])) loaded.set(found.id, found);
      for (const [id, waiters] of batch) {
        const value = this.keep(id, loaded.get(id), startedAt);
        for (const { resolve } of waiters) resolve(value);
      }
    } catch (error) {
      for (const { reject } of [...batch.values()].flat()) reject(error);
    } finally {
      this.isScheduled = false;
      if (this.waiting.size > 0) this.schedule();
    }
  }

  private keep(id: string, found: Found<Value> | undefined, since: number): Value | undefined {
    this.found.delete(id);
    this.missing.delete(id);
    const lifeMs = Math.min(MAX_AGE_MS, found?.endsInMs ?? MAX_AGE_MS);
    const cache = found ? this.found : this.missing;
    cache.set(id, {
      value: found?.value,
      refreshAt: since + REFRESH_AFTER_MS,
      endsAt: since + lifeMs,
    });
    // A Map iterates in the order of insertion: the first was loaded longest ago.
    const [oldest] = cache.keys();
    if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
    return found?.value;
  }
}
