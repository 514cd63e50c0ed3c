import { setTimeout as sleep } from 'node:timers/promises';
import { applyMigrations } from '../../../../src/database/migrator.js';
import { databaseProbe } from '../../../../src/database/probe.js';
import { createLogger } from '../../../../src/observability/logger.js';
import { HealthService } from '../../../../src/services/operations/health.service.js';
import {
  administer,
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../../../support/database.js';
import { LogCapture } from '../../../support/evidence.js';
import { openSequelize } from '../../../support/open-database.js';
import { FakeSinch } from '../../../support/fake-sinch.js';
import { ServiceProcess } from '../../../support/service-process.js';

const FUTURE = '29990101000000-from-the-future.cjs';

/** Readiness of a process that starts now, with the events that it logs. */
async function startOn(url: string) {
  const db = openSequelize(url, 1);
  const log = new LogCapture();
  const logger = createLogger({ level: 'info', stream: log });
  const health = new HealthService(databaseProbe(db), logger);
  const isReady = await health.isReady();
  await log.flushed();
  const [event] = log.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { isReady, event, health, close: () => db.close() };
}

async function firstCheck(url: string) {
  const { isReady, event, close } = await startOn(url);
  await close();
  return { isReady, event };
}

describe('readiness', () => {
  let database: TestDatabase;
  afterEach(() => database.drop());

  test('waits for the schema, names the command, and recovers without a restart', async () => {
    database = await createEmptyDatabase();
    const sinch = await FakeSinch.start();
    const service = await ServiceProcess.start(database.url, sinch);
    try {
      const ready = async () => (await fetch(`${service.url}/readyz`)).status;
      expect(await ready()).toBe(503);
      expect((await fetch(`${service.url}/livez`)).status).toBe(200);
      expect(service.log.events('database.schema_outdated')).toEqual([
        expect.objectContaining({
          level: 'error',
          errorMessage: expect.stringContaining('npm run db:migrate'),
        }),
      ]);
      await applyMigrations(database.url);
      await sleep(1_050);
      expect(await ready()).toBe(200);
    } finally {
      await service.stop();
      await sinch.close();
    }
    expect(service.log.events('database.ready')).toHaveLength(1);
  });

  test('waits for the newest migration of this version', async () => {
    database = await createTestDatabase();
    await administer(
      `DELETE FROM proofline_migrations WHERE name = (SELECT max(name) FROM proofline_migrations)`,
      database.url,
    );
    const { isReady, event } = await firstCheck(database.url);
    expect(isReady).toBe(false);
    expect(event).toMatchObject({
      message: 'database.schema_outdated',
      names: [expect.stringMatching(/\.cjs$/)],
    });
  });

  test('refuses to begin on a newer schema, and survives the migration of a rolling upgrade', async () => {
    database = await createTestDatabase();
    const running = await startOn(database.url);
    expect(running.isReady).toBe(true);
    await administer(`INSERT INTO proofline_migrations VALUES ('${FUTURE}')`, database.url);
    await sleep(1_050);
    expect(await running.health.isReady()).toBe(true);
    await running.close();
    const { isReady, event } = await firstCheck(database.url);
    expect(isReady).toBe(false);
    expect(event).toMatchObject({ message: 'database.schema_newer', names: [FUTURE] });
  });

  test('does not need to read the table of migrations', async () => {
    database = await createTestDatabase();
    const user = `reader_${process.pid}`;
    await administer(`CREATE ROLE ${user} LOGIN PASSWORD 'a'`, database.url);
    try {
      const url = new URL(database.url);
      Object.assign(url, { username: user, password: 'a' });
      expect(await firstCheck(url.href)).toEqual({ isReady: true, event: undefined });
    } finally {
      await administer(`DROP ROLE ${user}`, database.url);
    }
  });

  test('names the address of a database that does not answer', async () => {
    database = await createEmptyDatabase();
    const { isReady, event } = await firstCheck('postgres://a:secret@127.0.0.1:9/b');
    expect(isReady).toBe(false);
    expect(event).toMatchObject({
      message: 'database.unavailable',
      errorMessage: 'connect ECONNREFUSED 127.0.0.1:9. Check DATABASE_URL or DB_HOST.',
    });
  });
});
