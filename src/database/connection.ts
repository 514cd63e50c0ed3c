import pg from 'pg';
import { Sequelize, type Options } from 'sequelize';
import { parseDatabaseUrl } from './database-url.js';
import { TimeoutClient } from './timeout-client.js';

/** Milliseconds, as Postgres and its driver count them. */
export interface ConnectionTimeouts {
  /** For a free connection of the pool. */
  acquire: number;
  connect: number;
  /** After which the server ends a statement itself; the connection stays usable. */
  statement: number;
  /** After which a silent server, frozen or cut off, is hung up on. */
  query: number;
  /** After which the server ends a forgotten transaction, which would keep its locks. */
  idleInTransaction?: number;
  /** After which the server gives up waiting for a lock. */
  lock?: number;
  /** After which an unused connection is closed. */
  idle: number;
}

/**
 * Those of a request. Together they keep every database step under 3 s, which leaves 5 s of a request's 8 s
 * to the provider. `connect` is shorter than `acquire`, so that its reason is seen.
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
 * Those of migrations and of the command line, which may read whole tables. A statement that waits for a
 * table makes others queue behind it, hence the short `lock`.
 */
export const LONG_TIMEOUTS = {
  acquire: 10_000,
  connect: 5_000,
  lock: 10_000,
  statement: 600_000,
  query: 610_000,
  idle: 3_600_000,
} as const satisfies ConnectionTimeouts;

/** The oldest Postgres that still gets fixes. Sequelize would open a connection to ask. */
const OLDEST_POSTGRES = '14.0.0';

export interface SequelizeOptions {
  url: string;
  /** Connections at most. */
  max: number;
  timeouts?: ConnectionTimeouts;
  Client?: typeof TimeoutClient;
}

/** The driver's options for one connection. @throws Error when the URL is not one */
export function clientConfig(url: string, timeouts: ConnectionTimeouts): pg.ClientConfig {
  return { ...parseDatabaseUrl(url), ...sessionSettings(timeouts) };
}

/**
 * Sequelize on a pool of its own, with the connection settings of {@link clientConfig}. Opens nothing yet.
 * @throws Error when the URL is not one
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
    databaseVersion: OLDEST_POSTGRES,
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
 * One connection with time for a migration. Once lost it stays lost: a second one would go on outside the
 * transaction and without the locks of the first.
 * @throws Error when the URL is not one
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
