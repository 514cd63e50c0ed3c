import { setTimeout as sleep } from 'node:timers/promises';
import { RedisClient } from '../../src/clients/redis-client.js';
import { createLogger } from '../../src/observability/logger.js';
import { LogCapture } from './evidence.js';

const WAIT_MS = 10_000;

export class LoggedRedis {
  readonly log = new LogCapture();
  readonly client: RedisClient;
  clockOffsetMs = 0;

  constructor(url: string) {
    const logger = createLogger({ level: 'debug', stream: this.log });
    this.client = new RedisClient(url, logger, () => performance.now() + this.clockOffsetMs);
  }

  static async connected(url: string): Promise<LoggedRedis> {
    const redis = new LoggedRedis(url);
    await redis.becomes('up');
    return redis;
  }

  /** Waits for the state and returns how long that took, in milliseconds. */
  async becomes(state: 'up' | 'down'): Promise<number> {
    const from = performance.now();
    while (this.client.isUp !== (state === 'up')) {
      if (performance.now() > from + WAIT_MS) throw new Error(`Redis is not ${state}`);
      await sleep(5);
    }
    return performance.now() - from;
  }

  logSummary(): string[] {
    return this.log.lines.map((line) => {
      const { message, errorCode } = JSON.parse(line) as Record<string, string | undefined>;
      return errorCode === undefined ? String(message) : `${String(message)} ${errorCode}`;
    });
  }
}

export async function timed<T>(
  work: Promise<T>,
): Promise<{ tookMs: number; value?: T; error?: Error }> {
  const from = performance.now();
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error as Error }),
  );
  return { tookMs: performance.now() - from, ...outcome };
}
