import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.js';
import { runningPostmaster } from './pid-file.js';
import { startupError, serverEnvironment } from './program.js';

export interface ServerOptions {
  data: string;
  postgres: string;
  account: Account | undefined;
  logFile: string;
  /** `false` is faster, but a crash of the machine may lose data. For tests. */
  durable: boolean;
  /** `false` keeps the server in our process group, so that Ctrl-C stops it too. */
  detached: boolean;
}

export interface LaunchedServer {
  /** Also true when another server took the data directory first. */
  exited: boolean;
  failure: Error | undefined;
  terminate(): void;
}

const LOG_LIMIT_BYTES = 1_000_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/** Starts a server on a free port of 127.0.0.1. It outlives this process unless stopped. */
export async function launchServer(options: ServerOptions): Promise<LaunchedServer> {
  const port = await freePort();
  const log = openLog(options.logFile);
  try {
    return track(
      spawn(options.postgres, ['-D', options.data, '-p', String(port), ...settings(options)], {
        ...options.account,
        cwd: dirname(options.data),
        env: serverEnvironment(),
        // A file, not a pipe: the server must be able to log after this process ends.
        stdio: ['ignore', log, log],
        detached: options.detached,
      }),
    );
  } finally {
    closeSync(log);
  }
}

function track(child: ChildProcess): LaunchedServer {
  const launched: LaunchedServer = {
    exited: false,
    failure: undefined,
    terminate: () => {
      if (!launched.exited) child.kill('SIGINT');
    },
  };
  child.once('exit', () => (launched.exited = true));
  child.once('error', (error) => {
    launched.exited = true;
    launched.failure = startupError(error);
  });
  child.unref();
  return launched;
}

export function logTail(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  } catch {
    return '';
  }
}

/** Closes all connections, stops the server without data loss and waits for its end. */
export async function stopServer(data: string): Promise<void> {
  if (await signalAndWait(data, 'SIGINT')) return;
  await killServer(data);
}

/** Kills the server; it recovers at its next start. */
export async function killServer(data: string): Promise<void> {
  await signalAndWait(data, 'SIGQUIT');
}

async function signalAndWait(data: string, signal: NodeJS.Signals): Promise<boolean> {
  const server = runningPostmaster(data);
  if (server === undefined) return true;
  process.kill(server.pid, signal);
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (runningPostmaster(data)?.pid !== server.pid) return true;
    await sleep(POLL_MS);
  }
  return false;
}

function settings({ durable }: ServerOptions): string[] {
  const values: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: '200',
    jit: 'off',
    // No replication and no restore: write less WAL.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '256MB',
    // Statement parameters contain phone numbers, so keep them out of the log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
  if (!durable) {
    values['fsync'] = 'off';
    values['synchronous_commit'] = 'off';
    values['full_page_writes'] = 'off';
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return openSync(path, size > LOG_LIMIT_BYTES ? 'w' : 'a', 0o600);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
