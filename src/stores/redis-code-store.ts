import type { RedisClient, RedisReply } from '../clients/redis-client.js';
import { RedisUnavailableError } from '../errors/redis-unavailable-error.js';
import { StoreUnavailableError, type CodeStore } from './code-store.js';

const PREFIX = 'proofline:code:';

/** Codes in Redis, which expires them. They are only as durable as the Redis server. */
export class RedisCodeStore implements CodeStore {
  constructor(private readonly redis: Pick<RedisClient, 'send'>) {}

  async put(key: string, hash: Buffer, ttlSeconds: number): Promise<void> {
    const value = hash.toString('hex');
    const reply = await this.send('SET', PREFIX + key, value, 'NX', 'EX', `${ttlSeconds}`);
    if (reply !== 'OK') throw new Error('The key already has a code');
  }

  async find(key: string): Promise<Buffer | undefined> {
    const value = await this.send('GET', PREFIX + key);
    return typeof value === 'string' ? Buffer.from(value, 'hex') : undefined;
  }

  private async send(...command: string[]): Promise<RedisReply | null> {
    try {
      return await this.redis.send(...command);
    } catch (error) {
      if (error instanceof RedisUnavailableError) throw new StoreUnavailableError();
      throw error;
    }
  }
}
