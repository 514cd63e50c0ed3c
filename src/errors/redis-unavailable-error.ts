/** Redis is unreachable, refuses, or has timed out. After a timeout the command may have been executed. */
export class RedisUnavailableError extends Error {
  /** @param reason error code of Node or Redis, such as ECONNREFUSED or OOM; safe to log */
  constructor(readonly reason: string) {
    super(`Redis is not available: ${reason}`);
    this.name = 'RedisUnavailableError';
  }
}
