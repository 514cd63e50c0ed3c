import { jest } from '@jest/globals';
import { join } from 'node:path';
import { QueryTypes, type Sequelize } from 'sequelize';
import { openSequelize } from '../../support/open-database.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/development/embedded-postgres/embedded-postgres.js';
import { isDatabaseUnavailable } from '../../../src/database/failures.js';
import {
  Freezer,
  removeScratchDirectories,
  scratchDirectory,
} from '../development/embedded-postgres/private-server.js';

let server: EmbeddedPostgres;
let db: Sequelize;
const freezer = new Freezer();

beforeAll(async () => {
  server = await startEmbeddedPostgres({
    dataDirectory: join(scratchDirectory(), 'postgres'),
    durable: false,
  });
});
beforeEach(() => {
  db = openSequelize(server.url, 3);
});
afterEach(async () => {
  freezer.thaw();
  await db.close();
});
afterAll(async () => {
  await server.destroy();
  removeScratchDirectories();
});

/** Returns the error, if any, and the duration in milliseconds. */
async function failure(work: () => Promise<unknown>): Promise<{ error: unknown; took: number }> {
  const from = performance.now();
  const error: unknown = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, took: performance.now() - from };
}

const one = (): Promise<unknown> => db.query('SELECT 1', { type: QueryTypes.SELECT });

/** Milliseconds until a query succeeds. Connections opened before the recovery may still fail. */
async function recovery(): Promise<number> {
  const from = performance.now();
  while ((await failure(one)).error !== undefined)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return performance.now() - from;
}

describe('a frozen server', () => {
  it('fails queries, transactions and connects within 2.6 s, and recovers within 2 s', async () => {
    await Promise.all([one(), one()]);
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    freezer.freeze(server.pid);
    const outcomes = await Promise.all([
      failure(one),
      failure(() => db.transaction((transaction) => db.query('SELECT 1', { transaction }))),
      failure(one),
      failure(one),
      failure(one),
    ]);

    for (const { error, took } of outcomes) {
      expect(isDatabaseUnavailable(error)).toBe(true);
      expect(took).toBeLessThan(2_600);
    }
    freezer.thaw();
    expect(await recovery()).toBeLessThan(2_000);
  });

  it('does not block closing the pool', async () => {
    await Promise.all([one(), one(), one()]);
    freezer.freeze(server.pid);
    const from = performance.now();
    await db.close();
    // About 2 s on an idle machine; without a time limit, until the server goes on.
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});

describe('a slow statement', () => {
  it('is cancelled by the server after 1.5 s and leaves its connection usable', async () => {
    const { error, took } = await failure(() => db.query('SELECT pg_sleep(10)'));

    expect(error).toMatchObject({ original: { code: '57014' } });
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(took).toBeLessThan(2_000);
    expect(await one()).toHaveLength(1);
  });

  it('makes others wait at most 1.4 s for a connection', async () => {
    const transactions = await Promise.all([db.transaction(), db.transaction(), db.transaction()]);
    const { error, took } = await failure(one);
    await Promise.all(transactions.map((transaction) => transaction.rollback()));
    expect(error).toMatchObject({ name: 'SequelizeConnectionAcquireTimeoutError' });
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(took).toBeGreaterThan(1_300);
    expect(took).toBeLessThan(1_700);
  });
});

describe('connections that the server terminated', () => {
  it('are replaced before the next query', async () => {
    await Promise.all([one(), one(), one()]);
    const other = openSequelize(server.url, 1);
    await other.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'proofline' AND pid <> pg_backend_pid()`,
    );
    await other.close();
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(await Promise.all([one(), one(), one()])).toHaveLength(3);
  });
});
