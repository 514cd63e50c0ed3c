import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/development/embedded-postgres/embedded-postgres.js';
import { withDatabase } from '../../dist/database/database-url.js';

/** The Postgres of a run: as durable as in production, with pg_stat_statements. */
export class BenchPostgres {
  #server;
  #admin;

  static async start(dataDirectory) {
    mkdirSync(dirname(dataDirectory), { recursive: true });
    const postgres = new BenchPostgres();
    await postgres.#open(dataDirectory);
    // Postgres loads the library only at start.
    await postgres.#admin.query(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`);
    await postgres.stop();
    await postgres.#open(dataDirectory);
    await postgres.#admin.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    return postgres;
  }

  get pid() {
    return this.#server.pid;
  }

  /** Creates an empty database and returns its URL. */
  async createDatabase(name) {
    await this.#admin.query(`CREATE DATABASE "${name}"`);
    return this.urlOf(name);
  }

  urlOf(name) {
    return withDatabase(this.#server.url, name);
  }

  /** Runs one statement on its own connection. */
  async query(url, sql, values) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  async forgetStatements() {
    await this.#admin.query('SELECT pg_stat_statements_reset()');
  }

  /** Number of statements on a database since forgetStatements(), with BEGIN and COMMIT. */
  async statementsOf(name) {
    const { rows } = await this.#admin.query(
      `SELECT coalesce(sum(s.calls), 0)::float8 AS n
       FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid WHERE d.datname = $1`,
      [name],
    );
    return rows[0].n;
  }

  async stop() {
    await this.#admin.end();
    await this.#server.stop();
  }

  async destroy() {
    await this.#admin.end().catch(() => undefined);
    await this.#server.destroy();
  }

  async #open(dataDirectory) {
    this.#server = await startEmbeddedPostgres({ dataDirectory, detached: false });
    this.#admin = new pg.Client({ connectionString: this.#server.url });
    this.#admin.on('error', () => undefined);
    await this.#admin.connect();
  }
}
