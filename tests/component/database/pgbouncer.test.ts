import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Database } from '../../../src/database/database.js';
import { applyMigrations, migrationStatus, revertLast } from '../../../src/database/migrator.js';
import { Statements } from '../../../src/database/statements.js';
import { administer, createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { describeWithPgBouncer, PgBouncer } from '../../support/pgbouncer.js';
import { freshNumber, TestService } from '../../support/service.js';
import { proofline } from '../cli/command-line.js';

describeWithPgBouncer('behind PgBouncer in transaction mode', () => {
  let pooler: PgBouncer;
  let database: TestDatabase;

  beforeAll(async () => {
    pooler = await PgBouncer.start({ default_pool_size: 2 });
  });
  beforeEach(async () => {
    database = await createEmptyDatabase();
  });
  afterEach(() => database.drop());
  afterAll(() => pooler.stop());

  it('migrates once from two processes at the same time, one of which waits', async () => {
    const url = pooler.pooled(database.url);
    const applied = await Promise.all([applyMigrations(url), applyMigrations(url)]);
    const { applied: all, pending } = await migrationStatus(database.url);
    expect(pending).toEqual([]);
    expect(applied.flat().sort()).toEqual(all);
    // A lock of the session would stay with a connection of the pooler.
    const { rows } = await administer(
      'SELECT pg_try_advisory_lock(7766338) AS "isFree"',
      database.url,
    );
    expect(rows).toEqual([{ isFree: true }]);
  });

  it('waits for a migration in progress, also one that came directly', async () => {
    const url = pooler.pooled(database.url);
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(7766338)');
    await expect(applyMigrations(url, { lockTimeoutMs: 200 })).rejects.toThrow('Another process');
    const waiting = applyMigrations(url);
    await sleep(200);
    await holder.end();
    expect((await waiting).length).toBeGreaterThan(0);
    expect(await revertLast(url)).toBeDefined();
  });

  it('migrates with one connection, and under the short time limits of the role', async () => {
    const small = await PgBouncer.start({ default_pool_size: 1 });
    try {
      const name = new URL(database.url).pathname.slice(1);
      await administer(
        `ALTER DATABASE "${name}" SET statement_timeout = '40ms';
         ALTER DATABASE "${name}" SET idle_in_transaction_session_timeout = '40ms'`,
      );
      expect(await applyMigrations(small.pooled(database.url))).not.toEqual([]);
    } finally {
      await small.stop();
    }
  });
});

describeWithPgBouncer('the service behind PgBouncer in transaction mode', () => {
  let pooler: PgBouncer;
  let service: TestService;

  beforeAll(async () => {
    pooler = await PgBouncer.start({ default_pool_size: 3 });
    service = await TestService.start({ DB_PREPARE: 'false', DB_POOL_MAX: '6' }, undefined, (url) =>
      pooler.pooled(url),
    );
    await service.connections.refuseUnsupported();
  });
  afterAll(async () => {
    await service.stop();
    await pooler.stop();
  });

  it('sends and checks codes for many callers at once', async () => {
    const numbers = Array.from({ length: 20 }, freshNumber);
    const statuses = await Promise.all(
      numbers.map(async (number) => {
        const id = await service.request(number);
        return (await service.verify(id, service.sinch.codeFor(number))).status;
      }),
    );
    expect(statuses).toEqual(numbers.map(() => 200));
  });

  it('reads times of a database with another DateStyle', async () => {
    const [row] = await service.rows('SELECT current_database() AS name');
    const name = String(row?.['name']);
    await administer(`ALTER DATABASE "${name}" SET DateStyle = 'German'`);
    await administer(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
    );
    await sleep(100);
    const numbers = Array.from({ length: 8 }, freshNumber);
    for (const number of numbers) {
      const id = await service.request(number);
      expect((await service.verify(id, service.sinch.codeFor(number))).status).toBe(200);
    }
  });

  it('answers the command line', async () => {
    const [row] = await service.rows('SELECT current_database() AS name');
    const url = pooler.pooled(`postgres://h/${String(row?.['name'])}`);
    const outcome = await proofline(
      { DATABASE_URL: url, DB_PREPARE: 'false' },
      'number',
      '+14155552671',
    );
    expect(outcome).toMatchObject({ exitCode: 0 });
  });

  it('names the parameter when options of the URL are refused', async () => {
    const url = `${pooler.pooled('postgres://h/postgres')}?options=-c%20search_path%3Dproof`;
    const connections = new Database({ url, poolMax: 2 });
    await expect(connections.refuseUnsupported()).rejects.toThrow(/startup parameter.*ALTER ROLE/);
    await connections.close();
  });

  it('repeats a statement whose prepared form a connection of PgBouncer does not have', async () => {
    const [row] = await service.rows('SELECT current_database() AS name');
    const url = pooler.pooled(`postgres://h/${String(row?.['name'])}`);
    const connections = new Database({ url, poolMax: 6 });
    const statements = new Statements(connections);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => statements.all('SELECT $1::int AS n', [n])),
    );
    expect(answers.flat()).toEqual(Array.from({ length: 30 }, (_, n) => ({ n })));
    await connections.close();
  });
});
