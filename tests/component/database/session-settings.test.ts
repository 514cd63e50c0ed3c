import pg from 'pg';
import { Database } from '../../../src/database/database.js';
import { applyMigrations, revertLast } from '../../../src/database/migrator.js';
import { Person } from '../../support/accounts.js';
import {
  administer,
  createEmptyDatabase,
  testServerUrl,
  type TestDatabase,
} from '../../support/database.js';
import { withDatabase } from '../../../src/database/database-url.js';
import { freshNumber, TestService } from '../../support/service.js';

/** What an administrator may set for every session of a database. */
const FOREIGN_SETTINGS = {
  DateStyle: 'German',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Asia/Kathmandu',
  standard_conforming_strings: 'off',
  client_encoding: 'LATIN1',
  default_transaction_isolation: 'serializable',
  bytea_output: 'escape',
};

const nameOf = (url: string) => new URL(url).pathname.slice(1);

/** Open sessions keep their settings, so it closes them. */
async function setForEverySession(name: string): Promise<void> {
  const settings = Object.entries(FOREIGN_SETTINGS).map(
    ([setting, value]) => `ALTER DATABASE "${name}" SET ${setting} = '${value}'`,
  );
  await administer(settings.join(';'));
  await administer(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
  );
}

describe('a database with other session settings', () => {
  it('serves sends, checks, accounts and timelines', async () => {
    const service = await TestService.start({ ACCOUNTS: 'true' });
    try {
      const [database] = await service.rows('SELECT current_database() AS name');
      await setForEverySession(String(database?.['name']));

      const phoneNumber = freshNumber();
      const sent = await service.post('/request-otp', { phoneNumber });
      expect(sent.status).toBe(200);
      const lifetimeMs = Date.parse(String(sent.body['expiresAt'])) - Date.now();
      expect(Math.abs(lifetimeMs - 300_000)).toBeLessThan(20_000);
      const checked = await service.verify(
        String(sent.body['verificationId']),
        service.sinch.codeFor(phoneNumber),
      );
      expect(checked.status).toBe(200);
      expect(Math.abs(Date.parse(String(checked.body['verifiedAt'])) - Date.now())).toBeLessThan(
        20_000,
      );

      const person = new Person(service);
      expect((await person.register()).status).toBe(200);
      expect((await person.begin()).status).toBe(200);
      await service.background.maintenance.purge();
      const [session] = await service.rows(
        `SELECT verified_at, current_setting('default_transaction_isolation') AS isolation FROM users LIMIT 1`,
      );
      expect(session).toMatchObject({
        verified_at: expect.any(Date) as unknown,
        isolation: 'read committed',
      });
    } finally {
      await service.stop();
    }
  });

  it('takes migrations up, down and up', async () => {
    const database = await createEmptyDatabase();
    try {
      await setForEverySession(nameOf(database.url));
      const names = await applyMigrations(database.url);
      for (const name of [...names].reverse()) expect(await revertLast(database.url)).toBe(name);
      expect(await applyMigrations(database.url)).toEqual(names);
      const domain = administer(`SELECT '+14155552671'::e164`, database.url);
      await expect(domain).resolves.toMatchObject({ rowCount: 1 });
      await expect(administer(`SELECT '14155552671'::e164`, database.url)).rejects.toThrow('e164');
    } finally {
      await database.drop();
    }
  });
});

describe('a database that is not encoded in UTF-8', () => {
  const name = `proofline_latin_${process.pid}`;
  const database: TestDatabase = {
    url: withDatabase(testServerUrl(), name),
    drop: async () => {
      await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
  beforeAll(() =>
    administer(
      `CREATE DATABASE ${name} ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
    ),
  );
  afterAll(() => database.drop());

  it('is refused by the service, by migrations and by every new connection', async () => {
    const refusal = /encoded in SQL_ASCII.*ENCODING 'UTF8'/;
    await expect(applyMigrations(database.url)).rejects.toThrow(refusal);
    const connections = new Database({ url: database.url, poolMax: 2 });
    await expect(connections.refuseUnsupported()).rejects.toThrow(refusal);
    await expect(connections.pool.query('SELECT 1')).rejects.toThrow(refusal);
    await expect(connections.sequelize.query('SELECT 1')).rejects.toThrow(refusal);
    await connections.close();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'proofline' AND datname = '${name}'`,
    );
    await client.end();
    expect(rows).toEqual([]);
  });
});
