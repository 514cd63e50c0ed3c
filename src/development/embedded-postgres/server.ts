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
  /** False: faster, and a crash of the machine may lose everything. For tests. */
  durable: boolean;
  /** False: stays in our process group, so that Ctrl-C in the terminal ends it together with us. */
  detached: boolean;
}

/** A server process that we have started. */
export interface LaunchedServer {
  /** True from when the process has ended, for instance because another one was first. */
  ended: boolean;
  /** Set when the system would not start it at all. */
  failure: Error | undefined;
  /** Tells it to go, if it is still there. */
  end(): void;
}

const LOG_LIMIT_BYTES = 1_000_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/** Starts a server on a free port of 127.0.0.1; it outlives us unless it is stopped. */
export async function launchServer(options: ServerOptions): Promise<LaunchedServer> {
  const port = await freePort();
  const log = openLog(options.logFile);
  try {
    return watch(
      spawn(options.postgres, ['-D', options.data, '-p', String(port), ...settings(options)], {
        ...options.account,
        cwd: dirname(options.data),
        env: serverEnvironment(),
        // A file and not a pipe: it must be able to write when we are gone.
        stdio: ['ignore', log, log],
        detached: options.detached,
      }),
    );
  } finally {
    closeSync(log);
  }
}

function watch(child: ChildProcess): LaunchedServer {
  const launched: LaunchedServer = {
    ended: false,
    failure: undefined,
    end: () => {
      if (!launched.ended) child.kill('SIGINT');
    },
  };
  child.once('exit', () => (launched.ended = true));
  child.once('error', (error) => {
    launched.ended = true;
    launched.failure = startupError(error);
  });
  child.unref();
  return launched;
}

/** What the server wrote last, for an error message. */
export function logTail(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  } catch {
    return '';
  }
}

/** Stops the server on this data directory and waits until it is gone; connections are cut, nothing is lost. */
export async function stopServer(data: string): Promise<void> {
  if (await signalAndWait(data, 'SIGINT')) return;
  await killServer(data);
}

/** Ends the server on this data directory at once; it recovers at its next start. */
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
    // Nobody replicates or restores from this server; less log to write.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '256MB',
    // The values of a failed statement are numbers of people.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
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
