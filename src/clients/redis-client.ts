import { createClient } from 'redis';
import { RedisUnavailableError } from '../errors/redis-unavailable-error.js';
import type { Logger } from '../observability/logger.js';

export const REDIS_TIMEOUTS_MS = {
  command: 150,
  /** Connecting, including TLS. */
  connect: 1_000,
  /** Interval of the background health check. */
  check: 1_000,
  /** Silence after which a connection is closed. */
  idle: 3_000,
  /** Maximum delay between two connection attempts. */
  reconnect: 2_000,
} as const;

const MAX_PENDING_COMMANDS = 2_000;
const GRACE_MS = 20;
const LOG_INTERVAL_MS = 60_000;
const NO_RESPONSE = 'no-answer';
/** A write: a replica, a full Redis and a paused one answer PING. The key expires at once. */
const HEALTH_CHECK = ['SET', 'proofline:health', '1', 'PX', '1'];
/** The server was demoted to a replica; a new connection may reach its successor. */
const DEMOTED = 'READONLY';

export type RedisReply = string | number | boolean | (string | number | boolean)[];

/**
 * One connection to Redis. Connects and reconnects in the background, so requests never wait for a
 * connection. After a command fails, all commands are refused at once until Redis accepts a write again.
 */
export class RedisClient {
  private readonly redis: ReturnType<typeof createRedis>;
  private up = false;
  private closed = false;
  private loggedAt = -Infinity;
  private hasLoggedOutage = false;
  private pendingCommands = 0;
  private failedAttempts = 0;
  private nextAttempt: NodeJS.Timeout | undefined;
  private readonly checks: NodeJS.Timeout;
  private isChecking = false;
  /** Resolves when the first connection attempt ends, or after the command timeout. */
  private readonly firstAttempt: Promise<void>;

  /**
   * @param url `redis://` or, for TLS, `rediss://`, with optional user, password and database; never logged
   */
  constructor(
    url: string,
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.redis = createRedis(url);
    this.redis
      .on('error', (error: unknown) => this.onUnavailable(reasonOf(error)))
      .on('terminated', () => this.scheduleReconnect())
      // `close` was called while connecting.
      .on('connect', () => this.closed && this.redis.destroy());
    this.firstAttempt = new Promise((resolve) => {
      this.redis.on('ready', () => void this.check().then(resolve)).once('error', () => resolve());
      setTimeout(resolve, REDIS_TIMEOUTS_MS.command);
    });
    this.checks = setInterval(() => void this.check(), REDIS_TIMEOUTS_MS.check);
    this.connect();
  }

  /** Whether Redis executed the last command or health check. */
  get isUp(): boolean {
    return this.up;
  }

  /**
   * Sends one command; responds within 150 ms.
   * @throws RedisUnavailableError; `NOSCRIPT` errors of Redis pass through, for the caller to load the script
   */
  async send(...command: string[]): Promise<RedisReply | null> {
    await this.firstAttempt;
    if (!this.up) throw new RedisUnavailableError('away');
    if (this.pendingCommands >= MAX_PENDING_COMMANDS) throw new RedisUnavailableError('busy');
    this.pendingCommands += 1;
    try {
      return await withTimeout(this.redis.sendCommand<RedisReply | null>(command));
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'NOSCRIPT') throw error;
      this.onUnavailable(reason);
      throw new RedisUnavailableError(reason);
    } finally {
      this.pendingCommands -= 1;
    }
  }

  /** Closes the connection at once, without waiting for pending commands. */
  close(): void {
    this.closed = true;
    this.up = false;
    clearTimeout(this.nextAttempt);
    clearInterval(this.checks);
    this.redis.destroy();
  }

  private async check(): Promise<void> {
    // One at a time: a second write would postpone the end of a silent connection.
    if (!this.redis.isReady || this.isChecking) return;
    this.isChecking = true;
    const settled = () => (this.isChecking = false);
    try {
      const reply = this.redis.sendCommand(HEALTH_CHECK);
      reply.then(settled, settled);
      await withTimeout(reply);
      this.onAvailable();
    } catch (error) {
      this.onUnavailable(reasonOf(error));
    }
  }

  private connect(): void {
    this.redis.connect().catch(() => undefined);
  }

  /** Exponential backoff with a cap and jitter. */
  private scheduleReconnect(): void {
    if (this.closed) return;
    const delayMs = Math.min(REDIS_TIMEOUTS_MS.reconnect, 100 * 2 ** this.failedAttempts);
    this.failedAttempts += 1;
    this.nextAttempt = setTimeout(() => this.connect(), delayMs * (0.5 + Math.random() / 2));
  }

  private onUnavailable(errorCode: string): void {
    this.up = false;
    if (errorCode === DEMOTED && this.redis.isReady) {
      this.redis.destroy();
      this.scheduleReconnect();
    }
    if (this.closed || this.now() < this.loggedAt + LOG_INTERVAL_MS) return;
    this.loggedAt = this.now();
    this.hasLoggedOutage = true;
    this.logger.warn('redis.unavailable', { errorCode });
  }

  private onAvailable(): void {
    if (this.closed) return;
    this.up = true;
    this.failedAttempts = 0;
    if (!this.hasLoggedOutage) return;
    this.hasLoggedOutage = false;
    this.logger.info('redis.available');
  }
}

function createRedis(url: string) {
  return createClient({
    url,
    name: 'proofline',
    // A queued command would be sent after its caller has given up.
    disableOfflineQueue: true,
    // The package's timeout ends when a command has been written; `withTimeout` covers the reply.
    commandOptions: { timeout: 0 },
    disableClientInfo: true,
    // Only the configuration decides which server to use.
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: REDIS_TIMEOUTS_MS.connect,
      socketTimeout: REDIS_TIMEOUTS_MS.idle,
      // The package's delays cannot be cancelled; see `scheduleReconnect`.
      reconnectStrategy: false,
    },
  });
}

function withTimeout<T>(reply: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error(NO_RESPONSE));
    // Two timers: after the event loop was blocked, a reply that has already arrived is processed before
    // the second fires.
    const startGrace = () => (timer = setTimeout(giveUp, GRACE_MS));
    let timer = setTimeout(startGrace, REDIS_TIMEOUTS_MS.command - GRACE_MS);
    void reply.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Code of a connection error, or the first word of a Redis error. The rest of the message is not safe to
 * log.
 */
function reasonOf(error: unknown): string {
  const { code, message } = error as Partial<Record<'code' | 'message', unknown>>;
  if (typeof code === 'string') return code;
  return /^[A-Z]{3,20}\b/.exec(String(message))?.[0] ?? NO_RESPONSE;
}
