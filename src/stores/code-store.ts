/**
 * Stores the keyed hashes of codes until they expire. Keys are send references. Methods reject with
 * `StoreUnavailableError` if Redis is unreachable, and with database errors if Postgres is.
 */
export interface CodeStore {
  /** Stores a hash for `ttlSeconds`. Each key is used once. */
  put(key: string, hash: Buffer, ttlSeconds: number): Promise<void>;
  /** Undefined if the key is expired or unknown. */
  find(key: string): Promise<Buffer | undefined>;
}

/** The store is unreachable or has timed out. The operation may have been executed. */
export class StoreUnavailableError extends Error {
  constructor() {
    super('the code store does not respond');
    this.name = 'StoreUnavailableError';
  }
}
