import pg from 'pg';
import { Sequelize, type Options } from 'sequelize';
import { parseDatabaseUrl } from './database-url.js';
import { TimeoutClient } from './timeout-client.js';

/** Timeouts in milliseconds. */
export interface ConnectionTimeouts {
  /** Wait for a free connection of the pool. */
  acquire: number;
  connect: number;
  /** The server cancels a longer statement; the connection stays usable. */
  statement: number;
  /** The client closes the connection when the server sends nothing for this long. */
  query: number;
  /** The server ends an abandoned transaction, which would keep its locks. */
  idleInTransaction?: number;
  /** The server stops waiting for a lock. */
  lock?: number;
  /** The pool closes an unused connection. */
  idle: number;
}

/**
 * Timeouts of requests. A database step takes less than 3 s, which leaves the provider 5 s of the 8 s of a
 * request. A request waits `acquire` for a connection; connecting goes on for `connect`, for the next request.
 */
export const DATABASE_TIMEOUTS = {
  acquire: 1_400,
  connect: 2_000,
  statement: 1_500,
  query: 2_000,
  idleInTransaction: 5_000,
  idle: 30_000,
} as const satisfies ConnectionTimeouts;

/**
 * Timeouts of migrations and the command line, which may read whole tables. `lock` is short because other
 * statements queue behind one that waits for a table lock.
 */
export const LONG_TIMEOUTS = {
  acquire: 10_000,
  connect: 5_000,
  lock: 10_000,
  statement: 600_000,
  query: 610_000,
  idle: 3_600_000,
} as const satisfies ConnectionTimeouts;

/** Replaces `connect` with the operator's value, if set. */
export function withConnectTimeout(
  timeouts: ConnectionTimeouts,
  connectTimeoutMs: number | undefined,
): ConnectionTimeouts {
  return connectTimeoutMs === undefined ? timeouts : { ...timeouts, connect: connectTimeoutMs };
}

/** Minimum supported version. Without it, Sequelize opens a connection to query the version. */
const MIN_POSTGRES_VERSION = '14.0.0';

export interface SequelizeOptions {
  url: string;
  /** Maximum number of connections. */
  max: number;
  timeouts?: ConnectionTimeouts;
  Client?: typeof TimeoutClient;
}

/** The driver's options for one connection. @throws DatabaseUrlError */
export function clientConfig(url: string, timeouts: ConnectionTimeouts): pg.ClientConfig {
  const { choosesTls: _, applicationName, ...address } = parseDatabaseUrl(url);
  return {
    ...address,
    application_name: applicationName ?? 'proofline',
    keepAlive: true,
    ...timeoutSettings(timeouts),
  };
}

/**
 * Settings of Sequelize, with connections as {@link clientConfig} describes them.
 * @throws DatabaseUrlError
 */
export function sequelizeOptions({
  url,
  max,
  timeouts = DATABASE_TIMEOUTS,
  Client = TimeoutClient,
}: SequelizeOptions): Options {
  const config = clientConfig(url, timeouts);
  const settings: Options & { databaseVersion: string; keepDefaultTimezone: boolean } = {
    dialect: 'postgres',
    dialectModule: {
      ...pg,
      // Sequelize passes on only some of the driver's options.
      Client: class extends Client {
        constructor({ types }: pg.ClientConfig) {
          super({ ...config, ...(types && { types }) });
        }
      },
    },
    databaseVersion: MIN_POSTGRES_VERSION,
    pool: { max, min: 0, acquire: timeouts.acquire, idle: timeouts.idle },
    // The client sets what the code relies on, so Sequelize need not.
    standardConformingStrings: false,
    keepDefaultTimezone: true,
    dialectOptions: { clientMinMessages: 'ignore' },
    logging: false,
  };
  return settings;
}

/** Creates a Sequelize instance with its own pool. Does not connect yet. @throws DatabaseUrlError */
export function createSequelize(options: SequelizeOptions): Sequelize {
  return new Sequelize(sequelizeOptions(options));
}

/**
 * A single connection with timeouts for migrations. Never reconnects: a second connection would continue
 * outside the transaction.
 * @throws DatabaseUrlError
 */
export function createMigrationSession(url: string, connectTimeoutMs?: number): Sequelize {
  const timeouts = withConnectTimeout(LONG_TIMEOUTS, connectTimeoutMs);
  const session = createSequelize({ url, max: 1, timeouts });
  let connected = false;
  session.addHook('beforeConnect', () => {
    if (connected) throw new Error('The connection to the database was lost during a migration');
    connected = true;
  });
  return session;
}

function timeoutSettings(timeouts: ConnectionTimeouts): pg.ClientConfig {
  const { connect, statement, query, idleInTransaction, lock } = timeouts;
  return {
    connectionTimeoutMillis: connect,
    statement_timeout: statement,
    query_timeout: query,
    ...(idleInTransaction !== undefined && {
      idle_in_transaction_session_timeout: idleInTransaction,
    }),
    ...(lock !== undefined && { lock_timeout: lock }),
  };
}
