/**
 * Where the keyed hashes of our own codes live while they are good. Keys are send references. Every method
 * rejects with a `StoreUnavailableError` when a store other than Postgres cannot be reached (Postgres has
 * errors of its own); a store that has lost its content answers as if nothing had been put.
 */
export interface CodeStore {
  /** Keeps the hash for `ttlSeconds`; a key is put once. */
  put(key: string, hash: Buffer, ttlSeconds: number): Promise<void>;
  /** Undefined once it is late, used, or was never there. */
  find(key: string): Promise<Buffer | undefined>;
  /** Takes the hash out, at once and for good: of any number of simultaneous calls exactly one answers true. */
  consume(key: string, hash: Buffer): Promise<boolean>;
}

/** The store did not answer in time. What was asked may or may not have happened. */
export class StoreUnavailableError extends Error {
  constructor() {
    super('the code store does not answer');
    this.name = 'StoreUnavailableError';
  }
}
