import 'server-only';

/** Server-side state by the id in a browser's cookie. */
export interface Store<Value> {
  get(id: string): Promise<Value | undefined>;
  set(id: string, value: Value, seconds: number): Promise<void>;
  /**
   * Changes the current value atomically; in SQL, a transaction that locks the row. Does not create
   * a missing value, so an ended session stays ended.
   */
  update(id: string, change: (value: Value) => Value, seconds: number): Promise<Value | undefined>;
  delete(id: string): Promise<void>;
}

/**
 * Keeps values in this process's memory. A real app uses its database or Redis, encrypted; only
 * this class changes.
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
    // Atomic, because nothing is awaited.
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

// Next.js loads this module several times; all copies share one registry.
const shared = globalThis as unknown as Record<symbol, Map<string, unknown>>;
const REGISTRY = Symbol.for('harbour.stores');
const registry = (shared[REGISTRY] ??= new Map());

export function singleton<Thing>(name: string, make: () => Thing): Thing {
  if (!registry.has(name)) registry.set(name, make());
  return registry.get(name) as Thing;
}

export const getStore = <Value>(name: string): Store<Value> =>
  singleton(name, () => new MemoryStore<Value>());

/** Runs `work` once for all concurrent calls with the same key. */
export function once<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const flights = singleton('flights', () => new Map<string, Promise<unknown>>());
  const running = flights.get(key);
  if (running) return running as Promise<Result>;
  const flight = work().finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
}
