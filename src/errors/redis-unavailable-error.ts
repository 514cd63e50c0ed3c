/** Redis is away, refuses, or has not answered in time; after a time-out nobody knows what it did. */
export class RedisUnavailableError extends Error {
  /** @param reason a code of Node or Redis such as ECONNREFUSED or OOM: safe to log */
  constructor(readonly reason: string) {
    super(`Redis is not available: ${reason}`);
    this.name = 'RedisUnavailableError';
  }
}
