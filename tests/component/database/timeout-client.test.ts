import { setTimeout as sleep } from 'node:timers/promises';
import { TimeoutClient } from '../../../src/database/timeout-client.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';

const TIMEOUT_MS = 400;

describe('a client with a query timeout', () => {
  let database: TestDatabase;
  let client: TimeoutClient;
  const lost: Error[] = [];

  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  beforeEach(async () => {
    lost.length = 0;
    client = new TimeoutClient({
      connectionString: database.url,
      query_timeout: TIMEOUT_MS,
    });
    client.on('error', (error) => lost.push(error));
    await client.connect();
  });
  afterEach(() => client.end());

  it('closes the connection on timeout and fails all queued queries', async () => {
    const from = performance.now();
    const outcomes = await Promise.allSettled([
      client.query('SELECT pg_sleep(5)'),
      client.query('ROLLBACK'),
    ]);

    expect(performance.now() - from).toBeLessThan(2 * TIMEOUT_MS);
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { message: 'Query read timeout' } },
      { status: 'rejected', reason: { message: 'Query read timeout' } },
    ]);
    expect(lost[0]).toMatchObject({ message: 'Query read timeout' });
    await expect(client.query('SELECT 1')).rejects.toThrow(/connection error/);
  });

  it('applies the timeout to each query separately', async () => {
    for (let i = 0; i < 6; i += 1) {
      await client.query(`SELECT pg_sleep(${(0.5 * TIMEOUT_MS) / 1000})`);
    }

    const from = performance.now();
    await expect(client.query('SELECT pg_sleep(5)')).rejects.toThrow('Query read timeout');
    expect(performance.now() - from).toBeGreaterThan(0.9 * TIMEOUT_MS);
  });

  it('keeps an idle connection open', async () => {
    await client.query('SELECT 1');
    await expect(client.query('SELECT 1 / 0')).rejects.toThrow('division by zero');
    await sleep(2 * TIMEOUT_MS);

    expect(await client.query('SELECT 1 AS one')).toMatchObject({ rows: [{ one: 1 }] });
    expect(lost).toEqual([]);
  });
});

it('waits without limit when no timeout is set', async () => {
  const database = await createEmptyDatabase();
  const client = new TimeoutClient({ connectionString: database.url });
  await client.connect();
  try {
    expect(await client.query('SELECT pg_sleep(0.1), 1 AS one')).toMatchObject({
      rows: [{ one: 1 }],
    });
  } finally {
    await client.end();
    await database.drop();
  }
});

it('does not end the process when nothing listens for its errors', async () => {
  const database = await createEmptyDatabase();
  const client = new TimeoutClient({ connectionString: database.url, query_timeout: 100 });
  await client.connect();
  try {
    await expect(client.query('SELECT pg_sleep(5)')).rejects.toThrow('Query read timeout');
  } finally {
    await client.end();
    await database.drop();
  }
});
