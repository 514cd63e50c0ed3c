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
  /** Directory of the cluster; created when missing. The log file is this path plus `.log`. */
  dataDirectory: string;
  /** `false` is faster, but a crash of the machine may lose data. Default `true`. */
  durable?: boolean;
  /** `false` lets Ctrl-C in the terminal reach the server. Default `true`. */
  detached?: boolean;
}

/** A Postgres server that other processes may share. */
export interface EmbeddedPostgres {
  url: string;
  port: number;
  pid: number;
  /**
   * Releases the server and stops it if no other process uses it. Takes at most 3 s if the server
   * does not answer.
   */
  stop(): Promise<void>;
  /** Stops the server even if other processes use it, and deletes the cluster. */
  destroy(): Promise<void>;
}

const DATABASE = 'proofline';
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 25;
const MAX_LAUNCHES = 5;

/**
 * Starts the development Postgres, or joins a server of this checkout that is already running.
 * @throws Error with a hint when the server cannot start.
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
  const url = databaseUrl(postmaster, password, DATABASE);
  const handlers = stopHandlers(data, usageLock, dataDirectory);
  try {
    await createDatabase(url);
  } catch (error) {
    await handlers.stop();
    throw error;
  }
  return { url, ...postmaster, ...handlers };
}

interface Joined {
  postmaster: Postmaster;
  usageLock: UsageLock;
}

async function startOrJoin(options: ServerOptions, password: string): Promise<Joined> {
  const launched: LaunchedServer[] = [];
  try {
    return await joinOrLaunch(options, password, launched);
  } catch (error) {
    launched.at(-1)?.terminate();
    throw error;
  }
}

async function joinOrLaunch(
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
    if (postmaster === undefined && last?.exited !== false) {
      if (launched.length === MAX_LAUNCHES) break;
      launched.push(await launchServer(options));
    }
    await sleep(POLL_MS);
  }
  throw new Error(
    `The embedded Postgres in ${options.data} did not start. Set DATABASE_URL to use another server, or remove ` +
      `${dirname(options.logFile)} to start with an empty database. Its log:\n${logTail(options.logFile)}`,
  );
}

async function tryJoin(
  data: string,
  postmaster: Postmaster,
  password: string,
): Promise<Joined | undefined> {
  if (postmaster.port === 0) return undefined;
  const usageLock = await joinServer(databaseUrl(postmaster, password, 'postgres'), data);
  return usageLock && { postmaster, usageLock };
}

function databaseUrl({ port }: Postmaster, password: string, database: string): string {
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
    // Another process of this checkout created the database first.
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}

function stopHandlers(
  data: string,
  usageLock: UsageLock,
  dataDirectory: string,
): Pick<EmbeddedPostgres, 'stop' | 'destroy'> {
  let stopped: Promise<void> | undefined;
  return {
    stop: () => (stopped ??= release(data, usageLock)),
    destroy: async () => {
      await usageLock.close();
      await stopServer(data);
      removeClusterDirectory(dataDirectory, data);
      rmSync(`${dataDirectory}.log`, { force: true });
    },
  };
}

async function release(data: string, usageLock: UsageLock): Promise<void> {
  // Leave an unresponsive server running: other processes may use it, and the next start handles
  // it.
  const last = await usageLock.isLast().catch(() => false);
  if (last) await stopServer(data);
  await usageLock.close();
}
