import { createHash } from 'node:crypto';
import type { RedisClient, RedisReply } from '../clients/redis-client.js';
import { RedisUnavailableError } from '../errors/redis-unavailable-error.js';
import { StoreUnavailableError, type CodeStore } from './code-store.js';

const PREFIX = 'proofline:code:';

/** One step, as every script of Redis is: nobody comes between the comparison and the deletion. */
const CONSUME = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;
const CONSUME_DIGEST = createHash('sha1').update(CONSUME).digest('hex');

/** Codes in Redis, which forgets them by itself. They are as durable as that Redis is. */
export class RedisCodeStore implements CodeStore {
  constructor(private readonly redis: Pick<RedisClient, 'send'>) {}

  async put(key: string, hash: Buffer, ttlSeconds: number): Promise<void> {
    const value = hash.toString('hex');
    const reply = await this.send('SET', PREFIX + key, value, 'NX', 'EX', `${ttlSeconds}`);
    if (reply !== 'OK') throw new Error('A code was put twice');
  }

  async find(key: string): Promise<Buffer | undefined> {
    const value = await this.send('GET', PREFIX + key);
    return typeof value === 'string' ? Buffer.from(value, 'hex') : undefined;
  }

  async consume(key: string, hash: Buffer): Promise<boolean> {
    return (await this.evaluate('1', PREFIX + key, hash.toString('hex'))) === 1;
  }

  /** By its digest, or with its text where Redis does not know it yet, or has forgotten it. */
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
