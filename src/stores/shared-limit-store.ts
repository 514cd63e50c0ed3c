import { MemoryStore, type IncrementResponse, type Options, type Store } from 'express-rate-limit';
import { RedisStore, type RedisReply } from 'rate-limit-redis';
import type { RedisClient } from '../clients/redis-client.js';

export type LimitRedis = Pick<RedisClient, 'send'>;

/**
 * Counts in Redis, for all processes, and in this process. The higher count decides, so losing Redis or its
 * data does not reset a window. Never rejects.
 */
export class SharedLimitStore implements Store {
  private readonly local = new MemoryStore();
  private readonly shared: RedisStore;
  private options: Options | undefined;
  private initialized: Promise<void> | undefined;

  /** @param prefix prefix of the Redis keys, which expire with the window */
  constructor(redis: LimitRedis, prefix: string) {
    const sendCommand = (...command: string[]) => redis.send(...command) as Promise<RedisReply>;
    this.shared = new RedisStore({ sendCommand, prefix });
  }

  init(options: Options): void {
    this.options = options;
    this.local.init(options);
  }

  async increment(key: string): Promise<IncrementResponse> {
    // A copy: the store returns its live counter, which can change during the await.
    const local = { ...(await this.local.increment(key)) };
    const shared = await this.tryRedis(() => this.shared.increment(key));
    return shared ? this.merge(local, shared) : local;
  }

  async get(key: string): Promise<IncrementResponse | undefined> {
    const local = await this.local.get(key);
    const shared = await this.tryRedis(() => this.shared.get(key));
    return local && shared ? this.merge(local, shared) : (local ?? shared);
  }

  /** Local only: in Redis, decrementing an expired key would create one that never expires. */
  async decrement(key: string): Promise<void> {
    await this.local.decrement(key);
  }

  async resetKey(key: string): Promise<void> {
    await this.local.resetKey(key);
    await this.shared.resetKey(key).catch(() => undefined);
  }

  /** The windows start at different times: the limit resets when all full windows have ended. */
  private merge(local: IncrementResponse, shared: IncrementResponse): IncrementResponse {
    const higher = shared.totalHits >= local.totalHits ? shared : local;
    const { limit } = this.options ?? {};
    const full = [local, shared].filter(({ totalHits }) => totalHits >= Number(limit));
    const ends = (full.length > 0 ? full : [higher]).map(({ resetTime }) => Number(resetTime));
    return { ...higher, resetTime: new Date(Math.max(...ends)) };
  }

  private async tryRedis<T>(operation: () => Promise<T>): Promise<T | undefined> {
    try {
      if (!this.options) return undefined;
      this.initialized ??= this.shared.init(this.options);
      await this.initialized;
      return await operation();
    } catch {
      // The package keeps a failed script load forever, so initialize it again next time.
      this.initialized = undefined;
      return undefined;
    }
  }
}
