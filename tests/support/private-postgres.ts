import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { serverAccount } from '../../src/development/embedded-postgres/account.js';
import { isAlive, runningPostmaster } from '../../src/development/embedded-postgres/pid-file.js';
import { serverEnvironment } from '../../src/development/embedded-postgres/program.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/development/embedded-postgres/embedded-postgres.js';
import { applyMigrations } from '../../src/database/migrator.js';
import {
  Freezer,
  scratchDirectory,
} from '../component/development/embedded-postgres/private-server.js';

const START_MS = 20_000;

/** A migrated Postgres for one test file. Remove its scratch directory afterwards. */
export class PrivatePostgres {
  private readonly freezer = new Freezer();

  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly directory: string,
    private readonly command: string[],
  ) {}

  static async start(options: { durable?: boolean } = {}): Promise<PrivatePostgres> {
    const directory = join(scratchDirectory(), 'postgres');
    const durable = options.durable ?? false;
    const server = await startEmbeddedPostgres({ dataDirectory: directory, durable });
    await applyMigrations(server.url);
    const commandLine = readFileSync(join(directory, 'postmaster.opts'), 'utf8').trim();
    const [program = '', ...args] = commandLine.split(/ (?=")/);
    const command = [program, ...args.map((word) => word.slice(1, -1))];
    return new PrivatePostgres(server, directory, command);
  }

  get url(): string {
    return this.server.url;
  }

  /** Immediate shutdown: drops clients and skips the checkpoint. */
  async stopImmediately(): Promise<void> {
    const running = this.running();
    if (!running) return;
    process.kill(running.pid, 'SIGQUIT');
    while (isAlive(running.pid)) await sleep(10);
  }

  async restart(): Promise<void> {
    const [program = '', ...args] = this.command;
    const log = openSync(`${this.directory}.log`, 'a');
    const child = spawn(program, args, {
      ...serverAccount(this.directory),
      cwd: join(realpathSync(this.directory), '..'),
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.unref();
    await this.waitUntilAccepting();
  }

  /** Pauses every server process (SIGSTOP); sockets stay open. */
  freeze(): void {
    this.freezer.freeze(this.running()?.pid ?? this.server.pid);
  }

  thaw(): void {
    this.freezer.thaw();
  }

  /** Acts like a replica: terminates connections and fails writes with 25006. */
  async setReadOnly(readOnly: boolean): Promise<void> {
    const client = await this.connect();
    await client.query('SET default_transaction_read_only = off');
    await client.query(
      `ALTER SYSTEM SET default_transaction_read_only = ${readOnly ? 'on' : 'off'}`,
    );
    await client.query('SELECT pg_reload_conf()');
    await client.query(TERMINATE_CLIENTS);
    await client.end();
  }

  async query(sql: string, bind: unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = await this.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql, bind)).rows;
    } finally {
      await client.end();
    }
  }

  async destroy(): Promise<void> {
    this.thaw();
    await this.server.destroy();
  }

  private async waitUntilAccepting(): Promise<void> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      try {
        await this.query('SELECT 1');
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(20);
      }
    }
  }

  private running() {
    return runningPostmaster(realpathSync(this.directory));
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url });
    // The server may be killed meanwhile; the query reports it.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}

const TERMINATE_CLIENTS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = 'proofline' AND pid <> pg_backend_pid()`;

export interface DatabaseFault {
  table: string;
  event: 'INSERT' | 'UPDATE' | 'DELETE';
  sqlState: string;
  times: number;
}

/** SQL of a trigger that raises the fault. A sequence counts, because it survives rollbacks. */
export function faultTriggerSql({ table, event, sqlState, times }: DatabaseFault): string {
  const name = `planted_${table}_${event.toLowerCase()}`;
  return `
    DROP TRIGGER IF EXISTS ${name} ON ${table};
    DROP SEQUENCE IF EXISTS ${name}_met;
    CREATE SEQUENCE ${name}_met;
    CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('${name}_met') <= ${times} THEN
        RAISE EXCEPTION 'a planted fault' USING ERRCODE = '${sqlState}';
      END IF;
      RETURN coalesce(NEW, OLD);
    END $$;
    CREATE TRIGGER ${name} BEFORE ${event} ON ${table} FOR EACH ROW EXECUTE FUNCTION ${name}()`;
}
