import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '@jest/globals';
import pg from 'pg';
import { parseDatabaseUrl } from '../../src/database/database-url.js';
import { serverAccount } from '../../src/development/embedded-postgres/account.js';
import { testHome, testServerUrl } from './database.js';
import { freePort } from './free-port.js';

const START_MS = 10_000;

/** Kills poolers of tests that timed out. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function findPgBouncer(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, 'pgbouncer')).find(isExecutable);
}

/** Skips without PgBouncer, except in CI, where its absence is a failure. */
export const describeWithPgBouncer =
  findPgBouncer() !== undefined || process.env['CI'] === 'true' ? describe : describe.skip;

/** PgBouncer in transaction mode before the Postgres of the run. */
export class PgBouncer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** @param settings lines of the section `[pgbouncer]` */
  static async start(settings: Record<string, string | number>): Promise<PgBouncer> {
    const program = findPgBouncer();
    if (program === undefined) throw new Error('pgbouncer is not installed');
    const port = await freePort();
    const directory = mkdtempSync(join(testHome(), 'pgbouncer-'));
    const file = join(directory, 'pgbouncer.ini');
    writeFileSync(file, configuration(port, settings));
    // PgBouncer refuses to run as root, so another account reads this.
    chmodSync(directory, 0o755);
    chmodSync(file, 0o644);
    const account = serverAccount(directory);
    const child = spawn(program, [file], { ...account, cwd: '/', stdio: 'ignore' });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const pooler = new PgBouncer(child, port);
    await pooler.waitUntilAccepting();
    return pooler;
  }

  /** The URL of a database of the run, through the pooler. */
  pooled(url: string): string {
    const { database } = parseDatabaseUrl(url);
    return `postgres://pooled@127.0.0.1:${this.port}/${database}`;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    // Does not wait for clients.
    this.child.kill('SIGTERM');
    await ended;
  }

  private async waitUntilAccepting(): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      if (this.child.exitCode !== null) throw new Error('pgbouncer exited on start');
      const client = new pg.Client({ connectionString: this.pooled(testServerUrl()) });
      client.on('error', () => undefined);
      try {
        await client.connect();
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await sleep(20);
      } finally {
        await client.end();
      }
    }
  }
}

function configuration(port: number, settings: Record<string, string | number>): string {
  const { host, port: serverPort, user, password } = parseDatabaseUrl(testServerUrl());
  const lines = Object.entries({
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    ...settings,
  }).map(([name, value]) => `${name} = ${value}`);
  return [
    '[databases]',
    `* = host=${host} port=${serverPort} user=${user} password='${password}'`,
    '[pgbouncer]',
    ...lines,
    '',
  ].join('\n');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
