import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { withDatabase } from '../../database/database-url.js';
import { serverAccount } from './account.js';
import { findBinaries } from './binaries.js';
import { CLUSTER_USER, ensureCluster } from './cluster.js';
import { runningPostmaster, type Postmaster } from './pid-file.js';
import { resolveClusterDirectory, removeClusterDirectory } from './cluster-directory.js';
import { joinServer, type UsageLock } from './usage-lock.js';
import {
  logTail,
  launchServer,
  stopServer,
  type LaunchedServer,
  type ServerOptions,
} from './server.js';

export interface EmbeddedPostgresOptions {
  /** Where the cluster is kept; made when missing. The log goes to a file of that name with `.log` added. */
  dataDirectory: string;
  /** False: faster, and a crash of the machine may lose everything. True unless given. */
  durable?: boolean;
  /** False: Ctrl-C in the terminal reaches the server too. True unless given. */
  detached?: boolean;
}

/** A Postgres that this process uses, together with others perhaps. */
export interface EmbeddedPostgres {
  /** Superuser of the database `proofline` on 127.0.0.1. */
  url: string;
  port: number;
  pid: number;
  /** Gives the server up, and stops it if nobody else uses it. Takes 3 s at most if the server does not answer. */
  stop(): Promise<void>;
  /** Stops the server whoever uses it and deletes the cluster. */
  destroy(): Promise<void>;
}

const DATABASE = 'proofline';
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 25;
const MAX_LAUNCHES = 5;

/**
 * Starts the development Postgres, or joins the one that another process of this checkout runs or left behind.
 * @throws Error when it cannot be started; the message says what to do.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { durable = true, detached = true } = options;
  const dataDirectory = resolve(options.dataDirectory);
  const account = serverAccount(dataDirectory);
  const data = await resolveClusterDirectory(dataDirectory, account);
  const binaries = findBinaries(account, dirname(dataDirectory));
  const password = await ensureCluster(data, binaries, account);
  const logFile = `${dataDirectory}.log`;
  const server = { data, postgres: binaries.postgres, account, logFile, durable, detached };
  const { postmaster, usageLock } = await startOrJoin(server, password);
  const url = urlOf(postmaster, password, DATABASE);
  const ends = ending(data, usageLock, dataDirectory);
  try {
    await createDatabase(url);
  } catch (error) {
    await ends.stop();
    throw error;
  }
  return { url, ...postmaster, ...ends };
}

interface Joined {
  postmaster: Postmaster;
  usageLock: UsageLock;
}

async function startOrJoin(options: ServerOptions, password: string): Promise<Joined> {
  const launched: LaunchedServer[] = [];
  try {
    return await untilJoined(options, password, launched);
  } catch (error) {
    launched.at(-1)?.end();
    throw error;
  }
}

async function untilJoined(
  options: ServerOptions,
  password: string,
  launched: LaunchedServer[],
): Promise<Joined> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const postmaster = runningPostmaster(options.data);
    const joined = postmaster && (await tryJoin(options.data, postmaster, password));
    if (joined) return joined;
    const last = launched.at(-1);
    if (last?.failure) throw last.failure;
    if (postmaster === undefined && last?.ended !== false) {
      if (launched.length === MAX_LAUNCHES) break;
      launched.push(await launchServer(options));
    }
    await sleep(POLL_MS);
  }
  throw new Error(
    `The embedded Postgres in ${options.data} did not start. Set DATABASE_URL to use another one, or remove ` +
      `${dirname(options.logFile)} to begin with an empty one. It said:\n${logTail(options.logFile)}`,
  );
}

async function tryJoin(
  data: string,
  postmaster: Postmaster,
  password: string,
): Promise<Joined | undefined> {
  if (postmaster.port === 0) return undefined;
  const usageLock = await joinServer(urlOf(postmaster, password, 'postgres'), data);
  return usageLock && { postmaster, usageLock };
}

function urlOf({ port }: Postmaster, password: string, database: string): string {
  return `postgres://${CLUSTER_USER}:${password}@127.0.0.1:${port}/${database}`;
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
      DATABASE,
    ]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    // Another process of this checkout was faster.
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}

function ending(
  data: string,
  usageLock: UsageLock,
  dataDirectory: string,
): Pick<EmbeddedPostgres, 'stop' | 'destroy'> {
  let stopped: Promise<void> | undefined;
  return {
    stop: () => (stopped ??= leave(data, usageLock)),
    destroy: async () => {
      await usageLock.close();
      await stopServer(data);
      removeClusterDirectory(dataDirectory, data);
      rmSync(`${dataDirectory}.log`, { force: true });
    },
  };
}

async function leave(data: string, usageLock: UsageLock): Promise<void> {
  // A server that does not answer is left alone: others may be using it, and the next start deals with it.
  const last = await usageLock.isLast().catch(() => false);
  if (last) await stopServer(data);
  await usageLock.close();
}
