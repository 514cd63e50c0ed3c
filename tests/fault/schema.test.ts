import {
  administer,
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../support/database.js';
import { PRODUCTION_ENVIRONMENT, ServiceProcess } from '../support/service-process.js';

const STARTS: [string, string[]][] = [
  ['a development start', ['dist/server.js']],
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
  return { ...(await service.ended), stderr: service.errorOutput.trim() };
}

describe.each(STARTS)('%s', (_what, [script]) => {
  test('exits with a one-line error for a newer schema', async () => {
    const database = await createTestDatabase();
    try {
      await administer(
        `INSERT INTO proofline_migrations VALUES ('29990101000000-from-the-future.cjs')`,
        database.url,
      );
      const { code, stderr, afterMs } = await end(script!, database);
      expect(code).toBe(1);
      expect(stderr).toMatch(/newer version \(29990101000000-from-the-future\.cjs\)/);
      expect(stderr.split('\n')).toHaveLength(1);
      expect(afterMs).toBeLessThan(10_000);
    } finally {
      await database.drop();
    }
  });

  test('names the migration that fails, and rolls it back', async () => {
    const database = await createEmptyDatabase();
    try {
      await administer('CREATE TABLE verifications (mine integer)', database.url);
      const { code, stderr, afterMs } = await end(script!, database);
      expect(code).toBe(1);
      expect(stderr).toMatch(/-create-verifications/);
      expect(stderr).not.toContain('    at ');
      expect(stderr.split('\n')).toHaveLength(1);
      expect(afterMs).toBeLessThan(10_000);
      const { rows } = await administer('SELECT mine FROM verifications', database.url);
      expect(rows).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});
