import 'server-only';

/** Where this server keeps what a browser has only an id for. */
export interface Store<Value> {
  get(id: string): Promise<Value | undefined>;
  /** Kept for this many seconds from now. */
  set(id: string, value: Value, seconds: number): Promise<void>;
  /**
   * Changes what is there by then, in one step, so that of two changes at once neither is lost; in SQL a transaction that
   * locks the row. What is not there stays away: a session that has ended does not come back.
   */
  update(id: string, change: (value: Value) => Value, seconds: number): Promise<Value | undefined>;
  delete(id: string): Promise<void>;
}

/**
 * In memory, which is gone with the process and seen by this process alone. In a product put it into your database or
 * Redis, encrypted: the rest of the app knows only the interface.
 */
class MemoryStore<Value> implements Store<Value> {
  private readonly entries = new Map<string, { value: Value; until: number }>();

  async get(id: string): Promise<Value | undefined> {
    return this.find(id);
  }

  async set(id: string, value: Value, seconds: number): Promise<void> {
    this.sweep();
    this.keep(id, value, seconds);
  }

  async update(id: string, change: (value: Value) => Value, seconds: number) {
    // One step because nothing is awaited in here.
    const value = this.find(id);
    return value === undefined ? undefined : this.keep(id, change(value), seconds);
  }

  async delete(id: string): Promise<void> {
    this.entries.delete(id);
  }

  private find(id: string): Value | undefined {
    const entry = this.entries.get(id);
    return entry && entry.until > Date.now() ? entry.value : undefined;
  }

  private keep(id: string, value: Value, seconds: number): Value {
    this.entries.set(id, { value, until: Date.now() + seconds * 1000 });
    return value;
  }

  private sweep(): void {
    for (const [id, { until }] of this.entries) if (until <= Date.now()) this.entries.delete(id);
  }
}

// Next.js loads a module once for each kind of entry point; these have to be the same for all.
const shared = globalThis as unknown as Record<symbol, Map<string, unknown>>;
const REGISTRY = Symbol.for('harbour.stores');
const registry = (shared[REGISTRY] ??= new Map());

/** The one thing of this name in the process. */
export function singleton<Thing>(name: string, make: () => Thing): Thing {
  if (!registry.has(name)) registry.set(name, make());
  return registry.get(name) as Thing;
}

export const getStore = <Value>(name: string): Store<Value> =>
  singleton(name, () => new MemoryStore<Value>());

/** Runs `work` once for all who ask while it runs: for what must not happen twice, such as a refresh. */
export function once<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const flights = singleton('flights', () => new Map<string, Promise<unknown>>());
  const running = flights.get(key);
  if (running) return running as Promise<Result>;
  const flight = work().finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
}
