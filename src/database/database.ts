import pg from 'pg';
import type { Sequelize } from 'sequelize';
import {
  clientConfig,
  createSequelize,
  DATABASE_TIMEOUTS,
  type ConnectionTimeouts,
} from './connection.js';
import { TimeoutClient } from './timeout-client.js';

export interface DatabaseOptions {
  url: string;
  /** Connections that this process opens at most: 2 or more. */
  poolMax: number;
  /** Whether statements are prepared; false for poolers that cannot keep them. True unless given. */
  prepare?: boolean;
  /** Those of a request unless given. */
  timeouts?: ConnectionTimeouts;
}

/** Connections of both pools at one moment, and callers waiting for one. */
export type PoolState = Record<'size' | 'available' | 'using' | 'waiting', number>;

/**
 * The connections of this process: a pool for statements, and a small one for Sequelize, which keeps the
 * models. Opens nothing yet. While the database is away every query fails within {@link DATABASE_TIMEOUTS}.
 */
export class Database {
  readonly pool: pg.Pool;
  readonly sequelize: Sequelize;
  readonly prepare: boolean;
  private readonly clients = new Set<TimeoutClient>();

  /** @throws Error when the URL is not one */
  constructor({ url, poolMax, prepare = true, timeouts = DATABASE_TIMEOUTS }: DatabaseOptions) {
    const modelConnections = poolMax < 8 ? 1 : 2;
    const Client = this.countedClient();
    const config = clientConfig(url, timeouts);
    this.prepare = prepare;
    this.pool = new pg.Pool({
      Client: class extends Client {
        // Of the client alone: the pool would set a timer for each statement.
        constructor() {
          super(config);
        }
      },
      max: poolMax - modelConnections,
      idleTimeoutMillis: timeouts.idle,
    });
    // The pool replaces an idle connection that breaks; without a listener the process would end.
    this.pool.on('error', () => undefined);
    this.sequelize = createSequelize({ url, Client, max: modelConnections, timeouts });
  }

  state(): PoolState {
    const size = this.clients.size;
    const using = [...this.clients].filter((client) => client.isBusy).length;
    return { size, available: size - using, using, waiting: this.pool.waitingCount };
  }

  async close(): Promise<void> {
    // The pool forgets who waits for a connection of this turn.
    await new Promise(setImmediate);
    await Promise.all([this.pool.end(), this.sequelize.close()]);
  }

  /** The client class of both pools, which notes what is connected. */
  private countedClient(): typeof TimeoutClient {
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
