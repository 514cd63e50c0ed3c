import pg from 'pg';
import { Sequelize, type Options } from 'sequelize';
import { parseDatabaseUrl } from './database-url.js';
import { ImpatientClient } from './impatient-client.js';

/**
 * Milliseconds. Together they keep every database step of a request under 3 s, whatever the server does, which
 * leaves 5 s of the 8 s that a request may take to the provider.
 */
export const DATABASE_TIMEOUTS = {
  /** For a free connection of the pool; what cannot start by then is better refused than queued. */
  acquire: 1_400,
  /** A healthy server accepts within a few milliseconds; must end before `acquire` so that its reason is seen. */
  connect: 1_000,
  /** The server ends a slow statement itself and the connection stays usable… */
  statement: 1_500,
  /** …and when the server says nothing at all, being frozen or cut off, we hang up a little later. */
  query: 2_000,
  /** A transaction that we forgot, or whose process is frozen, must not keep its row locks. */
  idleInTransaction: 5_000,
  /** A connection nobody used for this long is closed, so that a burst does not hold server slots. */
  idle: 30_000,
} as const;

/** Milliseconds for a migration, which may have to read a whole table. */
const MIGRATION_TIMEOUTS = {
  acquire: 10_000,
  connect: 5_000,
  /** A statement that waits for a table makes everybody else queue behind it: better to fail and try again later. */
  lock: 10_000,
  statement: 600_000,
  query: 610_000,
  idle: 3_600_000,
} as const;

/** The pool's share of a Postgres with the usual 100 connections, for up to about eight processes. */
const DEFAULT_POOL_MAX = 10;

/** The oldest Postgres that still gets fixes. Given so that Sequelize does not open a connection to ask. */
const OLDEST_POSTGRES = '14.0.0';

export interface SequelizeOptions {
  url: string;
  /** Connections that this process opens at most. */
  poolMax?: number;
  /** Gets each statement without any of its values, and its duration in milliseconds. */
  logger?: (sql: string, milliseconds: number) => void;
}

/**
 * The pool of connections of this process. Opens nothing yet: the first query connects, and every query fails
 * within the times of {@link DATABASE_TIMEOUTS} when the database is away, and works again when it is back.
 * @throws Error when the URL is not one.
 */
export function createSequelize({
  url,
  poolMax = DEFAULT_POOL_MAX,
  logger,
}: SequelizeOptions): Sequelize {
  return connect(url, {
    pool: {
      max: poolMax,
      min: 0,
      acquire: DATABASE_TIMEOUTS.acquire,
      idle: DATABASE_TIMEOUTS.idle,
    },
    dialectOptions: {
      connectionTimeoutMillis: DATABASE_TIMEOUTS.connect,
      statement_timeout: DATABASE_TIMEOUTS.statement,
      query_timeout: DATABASE_TIMEOUTS.query,
      idle_in_transaction_session_timeout: DATABASE_TIMEOUTS.idleInTransaction,
    },
    benchmark: true,
    logQueryParameters: false,
    logging: logger ? (sql, milliseconds) => logger(withoutValues(sql), milliseconds ?? 0) : false,
  });
}

/**
 * One connection with time for what a migration does: minutes, where {@link createSequelize} allows seconds. Once
 * lost it stays lost, because a second one would go on outside the transaction and without the locks of the first.
 * @throws Error when the URL is not one.
 */
export function createMigrationSession(url: string): Sequelize {
  const session = connect(url, {
    pool: { max: 1, min: 0, acquire: MIGRATION_TIMEOUTS.acquire, idle: MIGRATION_TIMEOUTS.idle },
    dialectOptions: {
      connectionTimeoutMillis: MIGRATION_TIMEOUTS.connect,
      statement_timeout: MIGRATION_TIMEOUTS.statement,
      query_timeout: MIGRATION_TIMEOUTS.query,
      lock_timeout: MIGRATION_TIMEOUTS.lock,
    },
    logging: false,
  });
  let connected = false;
  session.addHook('beforeConnect', () => {
    if (connected) throw new Error('The connection to the database was lost during a migration');
    connected = true;
  });
  return session;
}

function connect(url: string, { dialectOptions, ...more }: Options): Sequelize {
  const { host, port, database, user, password, ssl, options } = parseDatabaseUrl(url);
  const settings: Options & { databaseVersion: string } = {
    ...more,
    dialect: 'postgres',
    dialectModule: { ...pg, Client: ImpatientClient },
    databaseVersion: OLDEST_POSTGRES,
    host,
    port,
    database,
    username: user,
    password,
    dialectOptions: {
      application_name: 'proofline',
      keepAlive: true,
      ...(ssl && { ssl }),
      ...(options !== undefined && { options }),
      ...dialectOptions,
    },
  };
  return new Sequelize(settings);
}

/** Sequelize writes some values into the text of a statement: numbers of people must not reach a log that way. */
function withoutValues(sql: string): string {
  return sql.replace(/^Execut(ing|ed) \([^)]*\): /, '').replace(/'(?:[^']|'')*'/g, "'…'");
}
