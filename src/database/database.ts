import pg from 'pg';
import type { Sequelize } from 'sequelize';
import {
  clientConfig,
  createSequelize,
  DATABASE_TIMEOUTS,
  withConnectTimeout,
  type ConnectionTimeouts,
} from './connection.js';
import { reachDatabase } from './reach-database.js';
import { TimeoutClient, UnsupportedDatabaseError } from './timeout-client.js';

export interface DatabaseOptions {
  url: string;
  /** Maximum number of connections of this process, at least 2. */
  poolMax: number;
  /** Whether to prepare statements; false for poolers that do not support it. Default true. */
  prepare?: boolean;
  /** Default: {@link DATABASE_TIMEOUTS}. */
  timeouts?: ConnectionTimeouts;
  /** Replaces `timeouts.connect`, and the 5 s of {@link Database.refuseUnsupported}. */
  connectTimeoutMs?: number | undefined;
}

/** Connections of both pools, and callers that wait for one. */
export type PoolState = Record<'size' | 'available' | 'using' | 'waiting', number>;

/**
 * The database connections of this process: a pool for statements, and a small one for the Sequelize models.
 * Does not connect yet. While the database is down, queries fail within {@link DATABASE_TIMEOUTS}.
 */
export class Database {
  readonly pool: pg.Pool;
  readonly sequelize: Sequelize;
  readonly prepare: boolean;
  /** Maximum wait of a statement for a connection. */
  readonly acquireTimeoutMs: number;
  private readonly clients = new Set<TimeoutClient>();

  /** @throws DatabaseUrlError */
  constructor(private readonly options: DatabaseOptions) {
    const { url, poolMax, prepare = true } = options;
    const timeouts = withConnectTimeout(
      options.timeouts ?? DATABASE_TIMEOUTS,
      options.connectTimeoutMs,
    );
    const modelConnections = poolMax < 8 ? 1 : 2;
    const Client = this.trackedClient();
    const config = clientConfig(url, timeouts);
    this.prepare = prepare;
    this.acquireTimeoutMs = timeouts.acquire;
    this.pool = new pg.Pool({
      Client: class extends Client {
        // Passed to the client only: the pool would set a timer per statement.
        constructor() {
          super(config);
        }
      },
      max: poolMax - modelConnections,
      idleTimeoutMillis: timeouts.idle,
    });
    // The pool replaces broken idle connections. Without a listener, the event would end the process.
    this.pool.on('error', () => undefined);
    this.sequelize = createSequelize({ url, Client, max: modelConnections, timeouts });
  }

  /**
   * Connects with the time limit of a start, and disconnects. A database that is away may return, so that is no
   * error.
   * @param patienceMs for a database that has to wake
   * @throws UnsupportedDatabaseError
   */
  async refuseUnsupported(patienceMs = 0): Promise<void> {
    const { url, connectTimeoutMs } = this.options;
    await reachDatabase(url, connectTimeoutMs, patienceMs).catch((error: unknown) => {
      if (error instanceof UnsupportedDatabaseError) throw error;
    });
  }

  state(): PoolState {
    const size = this.clients.size;
    const using = [...this.clients].filter((client) => client.isBusy).length;
    return { size, available: size - using, using, waiting: this.pool.waitingCount };
  }

  /** Ids of the server processes of the open connections; a pooler in between makes up its own. */
  backendPids(): number[] {
    return [...this.clients].flatMap(({ processID }) => processID ?? []);
  }

  async close(): Promise<void> {
    // The pool forgets who waits for a connection of this turn.
    await new Promise(setImmediate);
    await Promise.all([this.pool.end(), this.sequelize.close()]);
  }

  /** The client class of both pools. Tracks open connections. */
  private trackedClient(): typeof TimeoutClient {
    const { clients } = this;
    return class extends TimeoutClient {
      constructor(config: pg.ClientConfig) {
        super(config);
        this.once('connect', () => clients.add(this));
        this.once('end', () => clients.delete(this));
      }
    };
  }
}
