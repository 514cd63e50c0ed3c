import { createHash } from 'node:crypto';
import type { RedisClient, RedisReply } from '../clients/redis-client.js';
import { RedisUnavailableError } from '../errors/redis-unavailable-error.js';
import { StoreUnavailableError, type CodeStore } from './code-store.js';

const PREFIX = 'proofline:code:';

/** Atomic, as every Redis script: compares and deletes. */
const CONSUME = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;
const CONSUME_DIGEST = createHash('sha1').update(CONSUME).digest('hex');

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

  async consume(key: string, hash: Buffer): Promise<boolean> {
    return (await this.evaluate('1', PREFIX + key, hash.toString('hex'))) === 1;
  }

  /** Runs the script by its digest; sends its text if Redis has not cached it. */
  private async evaluate(...rest: string[]): Promise<RedisReply | null> {
    try {
      return await this.send('EVALSHA', CONSUME_DIGEST, ...rest);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return this.send('EVAL', CONSUME, ...rest);
    }
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
