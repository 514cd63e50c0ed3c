import { ConfigError, loadConfig, loadDatabaseConfig } from '../../../src/config/load.js';
import { parseDatabaseUrl } from '../../../src/database/database-url.js';

type Environment = Record<string, string>;

const PARTS = { DB_NAME: 'proof', DB_USER: 'us er', DB_PASSWORD: 'a/b:c%' };

function faultsOf(load: (environment: Environment) => unknown, environment: Environment): string[] {
  try {
    load(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError)
      return error.faults.filter((fault) => /DATABASE|DB_/.test(fault));
    throw error;
  }
}

describe('DB_HOST', () => {
  test.each([
    ['db.internal', { host: 'db.internal', port: 5432 }],
    ['2001:db8::5', { host: '2001:db8::5', port: 5432 }],
    ['[2001:db8::5]', { host: '2001:db8::5', port: 5432 }],
    ['fe80::1%eth0', { host: 'fe80::1%eth0', port: 5432 }],
    ['/cloudsql/p:r:i', { host: '/cloudsql/p:r:i', port: 5432 }],
    ['db_1', { host: 'db_1', port: 5432 }],
  ])('%s is the host that it says, with its user', (host, address) => {
    const { url = '' } = loadDatabaseConfig({ ...PARTS, DB_HOST: host });
    const credentials = { user: 'us er', password: 'a/b:c%', database: 'proof' };
    expect(parseDatabaseUrl(url)).toMatchObject({ ...address, ...credentials });
  });

  test.each(['db host', 'db:5432', 'h1,h2', 'user@db', 'postgres://db', ' db'])(
    '"%s" is refused by the name of the variable',
    (host) => {
      for (const load of [loadConfig, loadDatabaseConfig]) {
        expect(faultsOf(load, { ...PARTS, DB_HOST: host })).toEqual([
          expect.stringMatching(/^DB_HOST: must be one host name/),
        ]);
      }
    },
  );

  test('needs its companions', () => {
    expect(faultsOf(loadDatabaseConfig, { DB_HOST: 'h' })).toEqual([
      'DB_NAME: must be set together with DB_HOST',
      'DB_USER: must be set together with DB_HOST',
    ]);
  });
});

describe('DATABASE_URL', () => {
  test.each([
    'postgres://u:100%@h/d',
    'postgres://u@h1,h2/d',
    'postgres://u@h/d?sslmode=prefer',
    'postgres://u@h/d?ssl=yes',
  ])('%s is refused by the name of the variable, for migrations too', (url) => {
    for (const load of [loadConfig, loadDatabaseConfig]) {
      expect(faultsOf(load, { DATABASE_URL: url })).toEqual([
        expect.stringMatching(/^DATABASE_URL: /),
      ]);
    }
  });
});

describe('in production', () => {
  const inProduction = (environment: Environment) =>
    [loadConfig, loadDatabaseConfig].map((load) =>
      faultsOf(load, { NODE_ENV: 'production', ...environment }),
    );

  test.each(['', '?options=-c%20search_path%3Dproof', '?ssl=false', '?ssl=0', '?ssl=disable'])(
    'plain text to another machine must be spelled out (%s)',
    (query) => {
      for (const faults of inProduction({ DATABASE_URL: `postgres://u@db.internal/d${query}` })) {
        expect(faults).toEqual([
          'DATABASE_URL: must say sslmode=verify-full, require or no-verify in production, or sslmode=disable for plain text',
        ]);
      }
      for (const faults of inProduction({ ...PARTS, DB_HOST: 'db.internal' })) {
        expect(faults).toEqual([
          'DB_SSLMODE: must say verify-full, require or no-verify in production, or disable for plain text',
        ]);
      }
    },
  );

  test.each([
    { DATABASE_URL: 'postgres://u@db.internal/d?sslmode=disable' },
    { DATABASE_URL: 'postgres://u@db.internal/d?ssl=true' },
    { DATABASE_URL: 'postgres://u@localhost/d' },
    { DATABASE_URL: 'postgres://u@127.0.0.1/d' },
    { DATABASE_URL: 'postgres://u@[::1]/d' },
    { DATABASE_URL: 'postgres://u@/d?host=/run/postgresql' },
    { ...PARTS, DB_HOST: 'db.internal', DB_SSLMODE: 'verify-full' },
    { ...PARTS, DB_HOST: 'db.internal', DB_SSLMODE: 'disable' },
    { ...PARTS, DB_HOST: '/cloudsql/p:r:i' },
  ])('%j is enough', (environment) => {
    expect(inProduction(environment as Environment)).toEqual([[], []]);
  });

  test('a database is required', () => {
    for (const faults of inProduction({})) {
      expect(faults).toEqual([expect.stringMatching(/^DATABASE_URL .*must be set in production$/)]);
    }
  });
});

test('DB_SSLMODE becomes the sslmode of the URL', () => {
  const { url = '' } = loadDatabaseConfig({ ...PARTS, DB_HOST: 'h', DB_SSLMODE: 'no-verify' });
  expect(parseDatabaseUrl(url).ssl).toEqual({ rejectUnauthorized: false });
});
