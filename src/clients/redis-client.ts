import { createClient } from 'redis';
import { RedisUnavailableError } from '../errors/redis-unavailable-error.js';
import type { Logger } from '../observability/logger.js';

/** Milliseconds. */
export const REDIS_TIMEOUTS_MS = {
  /** For one command. Who gets no answer by then does without, so a request never waits longer for Redis. */
  answer: 150,
  /** For a connection, TLS included. */
  connect: 1_000,
  /** Between two questions whether it still answers, asked in the background and never at a request's expense… */
  ping: 1_000,
  /** …and of silence, after which a connection is given up: its other end may be gone without a word. */
  silence: 3_000,
  /** Between two attempts to connect, at most. */
  longestPause: 2_000,
} as const;

/** Commands that wait for their answer at the same time; what comes on top is refused. */
const MOST_WAITING = 2_000;
const LAST_MOMENTS_MS = 20;
const COMPLAIN_EVERY_MS = 60_000;
const NO_ANSWER = 'no-answer';

export type RedisReply = string | number | boolean | (string | number | boolean)[];

/**
 * One connection to Redis, which may come and go. It is made and made again in the background, so that nobody ever
 * waits for it, and after a command without an answer everybody is refused at once until Redis has answered again.
 */
export class RedisClient {
  private readonly redis: ReturnType<typeof createRedis>;
  private up = false;
  private closed = false;
  private complainedAt = -Infinity;
  private hasComplained = false;
  private waiting = 0;
  private failures = 0;
  private nextAttempt: NodeJS.Timeout | undefined;
  /** Resolves when the first attempt to connect has ended, or when nobody may wait for it any longer. */
  private readonly begun: Promise<void>;

  /** @param url `redis://` or, for TLS, `rediss://`, with user, password and database if need be; never logged */
  constructor(
    url: string,
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.redis = createRedis(url);
    this.redis
      .on('ready', () => this.found())
      .on('ping-interval', () => this.found())
      .on('error', (error: unknown) => this.lost(reasonOf(error)))
      .on('terminated', () => this.connectLater())
      // A connection that was under way when we closed.
      .on('connect', () => this.closed && this.redis.destroy());
    this.begun = new Promise((resolve) => {
      this.redis.once('ready', resolve).once('error', () => resolve());
      setTimeout(resolve, REDIS_TIMEOUTS_MS.answer);
    });
    this.connect();
  }

  /** Whether it answered when it was last asked. */
  get isUp(): boolean {
    return this.up;
  }

  /**
   * Sends one command and returns the answer, within 150 ms.
   * @throws RedisUnavailableError; an unknown script is the caller's business and comes as Redis says it (`NOSCRIPT`)
   */
  async send(...command: string[]): Promise<RedisReply | null> {
    await this.begun;
    if (!this.up) throw new RedisUnavailableError('away');
    if (this.waiting >= MOST_WAITING) throw new RedisUnavailableError('busy');
    this.waiting += 1;
    try {
      return await inTime(this.redis.sendCommand<RedisReply | null>(command));
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'NOSCRIPT') throw error;
      this.lost(reason);
      throw new RedisUnavailableError(reason);
    } finally {
      this.waiting -= 1;
    }
  }

  /** Ends the connection at once, whatever is under way. */
  close(): void {
    this.closed = true;
    this.up = false;
    clearTimeout(this.nextAttempt);
    this.redis.destroy();
  }

  private connect(): void {
    // Its events say what became of it.
    this.redis.connect().catch(() => undefined);
  }

  /** After a pause that doubles, up to a cap, and is never the same in two processes. */
  private connectLater(): void {
    if (this.closed) return;
    const pause = Math.min(REDIS_TIMEOUTS_MS.longestPause, 100 * 2 ** this.failures);
    this.failures += 1;
    this.nextAttempt = setTimeout(() => this.connect(), pause * (0.5 + Math.random() / 2));
  }

  private lost(errorCode: string): void {
    this.up = false;
    if (this.closed || this.now() < this.complainedAt + COMPLAIN_EVERY_MS) return;
    this.complainedAt = this.now();
    this.hasComplained = true;
    this.logger.warn('redis.unavailable', { errorCode });
  }

  private found(): void {
    if (this.closed) return;
    this.up = true;
    this.failures = 0;
    if (!this.hasComplained) return;
    this.hasComplained = false;
    this.logger.info('redis.available');
  }
}

function createRedis(url: string) {
  return createClient({
    url,
    name: 'proofline',
    // What cannot be sent now must not be sent later, when nobody waits for it any more.
    disableOfflineQueue: true,
    // Theirs ends with the writing of a command; ours is in `inTime`.
    commandOptions: { timeout: 0 },
    pingInterval: REDIS_TIMEOUTS_MS.ping,
    disableClientInfo: true,
    // Nobody but the configuration says where Redis is.
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: REDIS_TIMEOUTS_MS.connect,
      socketTimeout: REDIS_TIMEOUTS_MS.silence,
      // Its pauses could not be broken off, so they are ours: see `connectLater`.
      reconnectStrategy: false,
    },
  });
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error(NO_ANSWER));
    // The last moments begin only when this process has time: if it had none, the answer may be there already.
    const lastMoments = () => (timer = setTimeout(giveUp, LAST_MOMENTS_MS));
    let timer = setTimeout(lastMoments, REDIS_TIMEOUTS_MS.answer - LAST_MOMENTS_MS);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The code of a connection error, or the word that errors of Redis begin with. Never more of the message. */
function reasonOf(error: unknown): string {
  const { code, message } = error as Partial<Record<'code' | 'message', unknown>>;
  if (typeof code === 'string') return code;
  return /^[A-Z]{3,20}\b/.exec(String(message))?.[0] ?? NO_ANSWER;
}
