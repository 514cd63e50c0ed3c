import { setTimeout as sleep } from 'node:timers/promises';
import { RedisClient } from '../../src/clients/redis-client.js';
import { createLogger } from '../../src/observability/logger.js';
import { LogCapture } from './evidence.js';

const PATIENCE_MS = 10_000;

/** A client of Redis with the log that it writes, and the time that it believes. */
export class LoggedRedis {
  readonly log = new LogCapture();
  readonly client: RedisClient;
  /** Milliseconds that the clock of the client is ahead. */
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

  /** Milliseconds until it knows that Redis is there, or is not. */
  async becomes(state: 'up' | 'down'): Promise<number> {
    const from = performance.now();
    while (this.client.isUp !== (state === 'up')) {
      if (performance.now() > from + PATIENCE_MS) throw new Error(`Redis is not ${state}`);
      await sleep(5);
    }
    return performance.now() - from;
  }

  /** Its log lines, in short. */
  logSummary(): string[] {
    return this.log.lines.map((line) => {
      const { message, errorCode } = JSON.parse(line) as Record<string, string | undefined>;
      return errorCode === undefined ? String(message) : `${String(message)} ${errorCode}`;
    });
  }
}

/** Milliseconds that something took, and how it ended. */
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
