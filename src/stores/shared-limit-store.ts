import { MemoryStore, type IncrementResponse, type Options, type Store } from 'express-rate-limit';
import { RedisStore, type RedisReply } from 'rate-limit-redis';
import type { RedisClient } from '../clients/redis-client.js';

export type LimitRedis = Pick<RedisClient, 'send'>;

/**
 * Counts callers in Redis, for all processes together, and in this process too. The higher count decides:
 * when Redis does not answer, or has lost its content, nobody gets a fresh window here. Never rejects.
 */
export class SharedLimitStore implements Store {
  private readonly own = new MemoryStore();
  private readonly shared: RedisStore;
  private options: Options | undefined;
  private loaded: Promise<void> | undefined;

  /** @param prefix of its keys in Redis, which live as long as a window */
  constructor(redis: LimitRedis, prefix: string) {
    const sendCommand = (...command: string[]) => redis.send(...command) as Promise<RedisReply>;
    this.shared = new RedisStore({ sendCommand, prefix });
  }

  init(options: Options): void {
    this.options = options;
    this.own.init(options);
  }

  async increment(key: string): Promise<IncrementResponse> {
    // Copied, because the store hands out its counter itself, which others go on counting while we wait.
    const own = { ...(await this.own.increment(key)) };
    const shared = await this.ask(() => this.shared.increment(key));
    return shared ? this.together(own, shared) : own;
  }

  /** What is counted for a key so far. */
  async get(key: string): Promise<IncrementResponse | undefined> {
    const own = await this.own.get(key);
    const shared = await this.ask(() => this.shared.get(key));
    return own && shared ? this.together(own, shared) : (own ?? shared);
  }

  /** Here only: a counter that Redis has forgotten would come back there, and never go again. */
  async decrement(key: string): Promise<void> {
    await this.own.decrement(key);
  }

  async resetKey(key: string): Promise<void> {
    await this.own.resetKey(key);
    await this.shared.resetKey(key).catch(() => undefined);
  }

  /** Their windows begin at different times: there is room again once each that is full has ended. */
  private together(own: IncrementResponse, shared: IncrementResponse): IncrementResponse {
    const higher = shared.totalHits >= own.totalHits ? shared : own;
    const { limit } = this.options ?? {};
    const full = [own, shared].filter(({ totalHits }) => totalHits >= Number(limit));
    const ends = (full.length > 0 ? full : [higher]).map(({ resetTime }) => Number(resetTime));
    return { ...higher, resetTime: new Date(Math.max(...ends)) };
  }

  private async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      if (!this.options) return undefined;
      this.loaded ??= this.shared.init(this.options);
      await this.loaded;
      return await question();
    } catch {
      // The package remembers for ever that it could not load its scripts: so from the beginning, next time.
      this.loaded = undefined;
      return undefined;
    }
  }
}
