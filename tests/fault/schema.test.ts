import {
  administer,
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../support/database.js';
import { PRODUCTION_ENVIRONMENT, ServiceProcess } from '../support/service-process.js';

const STARTS: [string, string[]][] = [
  ['the start in development', ['dist/server.js']],
  ['npm start', ['scripts/start.mjs']],
  ['npm run db:migrate', ['scripts/migrate.mjs']],
];

async function end(script: string, database: TestDatabase) {
  const service = ServiceProcess.spawn({
    script,
    environment: {
      ...PRODUCTION_ENVIRONMENT,
      NODE_ENV: 'development',
      DATABASE_URL: database.url,
      SINCH_VERIFICATION_URL: 'http://127.0.0.1:9',
    },
  });
  return { ...(await service.ended), said: service.errorOutput.trim() };
}

describe.each(STARTS)('%s', (_what, [script]) => {
  test('ends with one clear line when the schema is that of a newer version', async () => {
    const database = await createTestDatabase();
    try {
      await administer(
        `INSERT INTO "SequelizeMeta" VALUES ('29990101000000-from-the-future.cjs')`,
        database.url,
      );
      const { code, said, afterMs } = await end(script!, database);
      expect(code).toBe(1);
      expect(said).toMatch(/newer version \(29990101000000-from-the-future\.cjs\)/);
      expect(said.split('\n')).toHaveLength(1);
      expect(afterMs).toBeLessThan(10_000);
    } finally {
      await database.drop();
    }
  });

  test('ends with the name of the migration that fails, and leaves nothing half done', async () => {
    const database = await createEmptyDatabase();
    try {
      await administer('CREATE TABLE verifications (mine integer)', database.url);
      const { code, said, afterMs } = await end(script!, database);
      expect(code).toBe(1);
      expect(said).toMatch(/-create-verifications/);
      expect(said).not.toContain('    at ');
      expect(said.split('\n')).toHaveLength(1);
      expect(afterMs).toBeLessThan(10_000);
      const { rows } = await administer('SELECT mine FROM verifications', database.url);
      expect(rows).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});
