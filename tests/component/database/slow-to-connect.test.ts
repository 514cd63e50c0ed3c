import { setTimeout as sleep } from 'node:timers/promises';
import { LONG_TIMEOUTS } from '../../../src/database/connection.js';
import { Database } from '../../../src/database/database.js';
import { isDatabaseUnavailable } from '../../../src/database/failures.js';
import { applyMigrations } from '../../../src/database/migrator.js';
import { Statements } from '../../../src/database/statements.js';
import { ChaosProxy } from '../../support/chaos-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { proofline } from '../cli/command-line.js';

let database: TestDatabase;
let proxy: ChaosProxy;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  proxy = await ChaosProxy.start(database.url);
  url = proxy.proxied(database.url);
});
afterEach(() => proxy.close());
afterAll(() => database.drop());

/** Nothing passes for this long, as while a database wakes. */
async function wakeAfter(ms: number): Promise<void> {
  proxy.apply({ frozen: true });
  await sleep(ms);
  proxy.apply({});
}

describe('a database that is slow to connect', () => {
  let connections: Database;
  afterEach(() => connections.close());

  it('serves the first statement after 1.2 s', async () => {
    connections = new Database({ url, poolMax: 3 });
    const waking = wakeAfter(1_200);
    expect(await new Statements(connections).all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await waking;
  });

  it('fails a statement after 1.4 s and serves the next on the same connection later', async () => {
    connections = new Database({ url, poolMax: 3, connectTimeoutMs: 10_000 });
    const statements = new Statements(connections);
    const waking = wakeAfter(1_600);
    const from = performance.now();
    const error: unknown = await statements.all('SELECT 1').catch((thrown: unknown) => thrown);
    expect(performance.now() - from).toBeLessThan(1_700);
    expect(isDatabaseUnavailable(error)).toBe(true);
    await waking;
    while (connections.pool.idleCount === 0) await sleep(10);
    expect(await statements.all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(proxy.accepted).toBe(1);
  });

  it('is retried by later statements once an attempt has taken DB_CONNECT_TIMEOUT_MS', async () => {
    connections = new Database({ url, poolMax: 3, connectTimeoutMs: 200 });
    const statements = new Statements(connections);
    const waking = wakeAfter(500);
    await expect(statements.all('SELECT 1')).rejects.toThrow('no connection');
    await waking;
    expect(await statements.all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await connections.sequelize.query('SELECT 1')).toHaveLength(2);
  });
});

describe('a database that takes longer to connect than a request waits', () => {
  it('serves a command, which waits for 10 s', async () => {
    const connections = new Database({ url, poolMax: 2, timeouts: LONG_TIMEOUTS });
    const waking = wakeAfter(1_600);
    expect(await new Statements(connections).all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await waking;
    await connections.close();
  });
});

describe('a database that wakes after several attempts', () => {
  it('is migrated', async () => {
    const waking = wakeAfter(1_000);
    expect(await applyMigrations(url, { connectTimeoutMs: 300 })).toEqual([]);
    await waking;
    expect(proxy.accepted).toBeGreaterThan(2);
  });

  it('answers the command line', async () => {
    const waking = wakeAfter(3_000);
    const environment = { DATABASE_URL: url, DB_CONNECT_TIMEOUT_MS: '400' };
    expect(await proofline(environment, 'number', '+14155552671')).toMatchObject({ exitCode: 0 });
    await waking;
    expect(proxy.accepted).toBeGreaterThan(1);
  });

  it('is not awaited when nothing listens', async () => {
    await proxy.refuse();
    const from = performance.now();
    await expect(applyMigrations(url)).rejects.toThrow('ECONNREFUSED');
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});
