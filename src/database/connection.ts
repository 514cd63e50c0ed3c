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
 * request. `connect` is shorter than `acquire`, so that errors show its reason.
 */
export const DATABASE_TIMEOUTS = {
  acquire: 1_400,
  connect: 1_000,
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

/** Minimum supported version. Without it, Sequelize opens a connection to query the version. */
const MIN_POSTGRES_VERSION = '14.0.0';

export interface SequelizeOptions {
  url: string;
  /** Maximum number of connections. */
  max: number;
  timeouts?: ConnectionTimeouts;
  Client?: typeof TimeoutClient;
}

/** The driver's options for one connection. @throws Error for an invalid URL */
export function clientConfig(url: string, timeouts: ConnectionTimeouts): pg.ClientConfig {
  return { ...parseDatabaseUrl(url), ...sessionSettings(timeouts) };
}

/**
 * Creates a Sequelize instance with its own pool and the settings of {@link clientConfig}. Does not connect
 * yet.
 * @throws Error for an invalid URL
 */
export function createSequelize({
  url,
  max,
  timeouts = DATABASE_TIMEOUTS,
  Client = TimeoutClient,
}: SequelizeOptions): Sequelize {
  const { host, port, database, user, password, ssl, options } = parseDatabaseUrl(url);
  const settings: Options & { databaseVersion: string } = {
    dialect: 'postgres',
    dialectModule: { ...pg, Client },
    databaseVersion: MIN_POSTGRES_VERSION,
    host,
    port,
    database,
    username: user,
    password,
    pool: { max, min: 0, acquire: timeouts.acquire, idle: timeouts.idle },
    dialectOptions: {
      ...(ssl && { ssl }),
      ...(options !== undefined && { options }),
      ...sessionSettings(timeouts),
    },
    logging: false,
  };
  return new Sequelize(settings);
}

/**
 * A single connection with timeouts for migrations. Never reconnects: a second connection would continue
 * outside the transaction and without its locks.
 * @throws Error for an invalid URL
 */
export function createMigrationSession(url: string): Sequelize {
  const session = createSequelize({ url, max: 1, timeouts: LONG_TIMEOUTS });
  let connected = false;
  session.addHook('beforeConnect', () => {
    if (connected) throw new Error('The connection to the database was lost during a migration');
    connected = true;
  });
  return session;
}

function sessionSettings(timeouts: ConnectionTimeouts): pg.ClientConfig {
  const { connect, statement, query, idleInTransaction, lock } = timeouts;
  return {
    application_name: 'proofline',
    keepAlive: true,
    connectionTimeoutMillis: connect,
    statement_timeout: statement,
    query_timeout: query,
    ...(idleInTransaction !== undefined && {
      idle_in_transaction_session_timeout: idleInTransaction,
    }),
    ...(lock !== undefined && { lock_timeout: lock }),
  };
}
