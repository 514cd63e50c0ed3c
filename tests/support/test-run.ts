import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withDatabase } from '../../src/database/database-url.js';
import type { EmbeddedPostgres } from '../../src/development/embedded-postgres/embedded-postgres.js';
import { applyMigrations } from '../../src/database/migrator.js';
import { administer, HOME_VARIABLE, SERVER_URL_VARIABLE, TEMPLATE_VARIABLE } from './database.js';
import { findLeaks } from './evidence-check.js';
import {
  dropDeadDatabases,
  makeHome,
  nameOfRun,
  removeDeadRuns,
  startTestServer,
} from './test-server.js';

export class TestRun {
  private readonly name = nameOfRun(randomBytes(3).toString('hex'));

  private constructor(
    private readonly home: string,
    private readonly serverUrl: string,
    private readonly server: EmbeddedPostgres | undefined,
  ) {}

  static async start(): Promise<TestRun> {
    await removeDeadRuns();
    const home = makeHome();
    const given = process.env['DATABASE_URL'];
    const server = given ? undefined : await startTestServer(home);
    const run = new TestRun(home, server?.url ?? given ?? '', server);
    try {
      await run.makeTemplate();
    } catch (error) {
      await run.end();
      throw error;
    }
    return run;
  }

  /** @throws Error when the service logged a secret */
  async end(): Promise<void> {
    await this.removeDatabases();
    const leaks = findLeaks(this.evidence());
    rmSync(this.home, { recursive: true, force: true });
    if (leaks.length > 0) {
      throw new Error(`The service logged a code, a secret or a number:\n${leaks.join('\n')}`);
    }
  }

  private evidence(): string {
    return join(this.home, 'evidence');
  }

  private async removeDatabases(): Promise<void> {
    if (this.server) {
      await this.server.destroy();
      return;
    }
    const { rows } = await administer('SELECT datname FROM pg_database', this.serverUrl);
    for (const { datname } of rows as { datname: string }[]) {
      if (!datname.startsWith(this.name)) continue;
      await administer(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`, this.serverUrl);
    }
  }

  private async makeTemplate(): Promise<void> {
    if (!this.server) await dropDeadDatabases(this.serverUrl);
    const template = `${this.name}_template`;
    await administer(`CREATE DATABASE "${template}" TEMPLATE template0`, this.serverUrl);
    await applyMigrations(withDatabase(this.serverUrl, template));
    mkdirSync(this.evidence());
    process.env[HOME_VARIABLE] = this.home;
    process.env['PROOFLINE_TEST_EVIDENCE'] = this.evidence();
    process.env[SERVER_URL_VARIABLE] = this.serverUrl;
    process.env[TEMPLATE_VARIABLE] = template;
  }
}
