import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseDatabaseUrl, withDatabase } from '../../../src/database/database-url.js';

const CA = join(mkdtempSync(join(tmpdir(), 'proofline-')), 'ca.pem');
writeFileSync(CA, 'the authority');

describe('a database URL', () => {
  it('is parsed with its escapes', () => {
    expect(parseDatabaseUrl('postgresql://us%40er:p%3Aa%2Fss@db.example:6543/my%20db')).toEqual({
      host: 'db.example',
      port: 6543,
      database: 'my db',
      user: 'us@er',
      password: 'p:a/ss',
      ssl: false,
      choosesTls: false,
      enableChannelBinding: false,
      applicationName: undefined,
      options: undefined,
    });
  });

  it.each([
    ['postgres://u@h', { port: 5432, database: 'u', password: '' }],
    ['postgres://u@[::1]:5433/d', { host: '::1', port: 5433 }],
    ['postgres://u@[2001:db8::5]/d', { host: '2001:db8::5', port: 5432 }],
    ['postgres:///d?host=/run/postgresql', { host: '/run/postgresql', database: 'd' }],
    [
      'postgres://u:p@/db?host=/cloudsql/p:r:i',
      { host: '/cloudsql/p:r:i', user: 'u', password: 'p', database: 'db' },
    ],
    ['postgres://u@%2Frun%2Fpostgresql/d', { host: '/run/postgresql' }],
    ['postgres://u@h/d?port=6432', { host: 'h', port: 6432 }],
    ['postgres://h/?user=u&password=p%25&dbname=d', { user: 'u', password: 'p%', database: 'd' }],
    [
      'postgres://u:p@h:5432/d?host=g&port=6432&user=v&password=q&dbname=e',
      { host: 'g', port: 6432, user: 'v', password: 'q', database: 'e' },
    ],
    ['postgres://u:p@ss:w@h/d', { user: 'u', password: 'p@ss:w', host: 'h' }],
    ['postgres://u@h/d?target_session_attrs=any', { host: 'h' }],
    ['postgres://u@h/d?application_name=ours', { applicationName: 'ours' }],
    ['postgres://u@h/d?options=-c%20search_path%3Dapp', { options: '-c search_path=app' }],
    ['postgres://u@h/d?options=-c search_path=proof', { options: '-c search_path=proof' }],
    [
      'postgres://u@h/d?sslmode=require&channel_binding=require',
      { enableChannelBinding: true, ssl: { rejectUnauthorized: true } },
    ],
  ])('%s is read as libpq reads it', (url, expected) => {
    expect(parseDatabaseUrl(url)).toMatchObject(expected);
  });

  it.each([
    ['postgres://u:p@h1:5432,h2:5432/d?target_session_attrs=read-write', /target_session_attrs/],
    ['postgres://u:p@h1:5432,h2:5432/d', /several hosts/],
    ['postgres://u@/d?host=h1,h2', /several hosts/],
    ['postgres://u@h/d?target_session_attrs=read-write', /target_session_attrs/],
    ['postgres://u@2001:db8::5/d', /brackets/],
    ['postgres://u@db host/d', /the host/],
    ['postgres://u@h:0/d', /the port/],
    ['postgres://u@h/d?port=x', /the port/],
    ['postgres://u@h/d?hostaddr=127.0.0.1', /hostaddr is not supported/],
    ['postgres://u@h/d?connect_timeout=10', /connect_timeout.*DB_CONNECT_TIMEOUT_MS/],
    ['postgres://u@h/d?sslmode=disable&sslmode=require', /sslmode twice/],
    ['postgres://u@h/d?SSLMODE=require', /an unknown parameter/],
    ['postgres://u@h/d?channel_binding=require', /channel_binding=require needs/],
  ])('%s is refused with the name of what is wrong', (url, message) => {
    expect(() => parseDatabaseUrl(url)).toThrow(message);
  });

  it.each([
    'mysql://u:hunter2@h/d',
    'postgres://u:hunter2@h:port/d',
    'postgres://u:100%hunter2@h/d',
    'postgres://u:hunter2#x@h/d',
    'postgres://u:hunter2/x@h/d',
    'postgres://u:1/hunter2@h/d',
    'postgres://u:1?hunter2@h/d',
    'hunter2',
    '',
  ])('%s is refused without exposing a possible password', (url) => {
    expect(() => parseDatabaseUrl(url)).toThrow(/^(?!.*hunter2)DATABASE_URL: .*postgres:\/\//);
  });

  it('can be changed to another database of the server', () => {
    expect(withDatabase('postgres://u:p@h:1/d?sslmode=require', 'a b')).toBe(
      'postgres://u:p@h:1/a%20b?sslmode=require',
    );
    expect(withDatabase('postgres://u:p@h:1', 'd')).toBe('postgres://u:p@h:1/d');
    expect(withDatabase('postgres://u:p@/d?host=/run', 'e')).toBe('postgres://u:p@/e?host=/run');
  });
});

describe('TLS to the database', () => {
  const verified = { rejectUnauthorized: true };
  const unverified = { rejectUnauthorized: false };
  const withoutName = {
    ...verified,
    ca: 'the authority',
    checkServerIdentity: expect.any(Function),
  };

  it.each([
    ['', false],
    ['sslmode=disable', false],
    ['ssl=false', false],
    ['ssl=0', false],
    ['sslmode=require', verified],
    ['sslmode=verify-full', verified],
    ['sslmode=verify-full&sslrootcert=system', verified],
    ['sslmode=no-verify', unverified],
    ['ssl=true', verified],
    ['ssl=1', verified],
    ['ssl=require', verified],
    ['ssl=no-verify', unverified],
    ['ssl=true&sslmode=no-verify', unverified],
    [`sslrootcert=${CA}`, { ...verified, ca: 'the authority' }],
    [`sslmode=verify-ca&sslrootcert=${CA}`, withoutName],
    ['sslmode=require&uselibpqcompat=true', unverified],
    ['sslmode=require&uselibpqcompat=true&sslrootcert=system', verified],
    [`sslmode=require&uselibpqcompat=true&sslrootcert=${CA}`, withoutName],
  ])('%s', (query, ssl) => {
    expect(parseDatabaseUrl(`postgres://u@h/d?${query}`).ssl).toEqual(ssl);
  });

  it.each([
    ['sslmode=perhaps', /sslmode \(or ssl\) must be/],
    ['sslmode=', /sslmode \(or ssl\) must be/],
    ['ssl=yes', /sslmode \(or ssl\) must be/],
    ['sslmode=prefer', /sslmode=prefer may fall back to plain text/],
    ['sslmode=allow', /sslmode=allow may fall back to plain text/],
    ['sslmode=verify-ca', /sslmode=verify-ca needs sslrootcert/],
    ['ssl=false&sslmode=require', /contradict/],
    ['ssl=true&sslmode=disable', /contradict/],
    ['sslmode=verify-full&sslrootcert=/nowhere', /the file of sslrootcert cannot be read/],
    ['sslmode=verify-full&sslkey=/nowhere', /the file of sslkey cannot be read/],
  ])('is refused with %s', (query, message) => {
    expect(() => parseDatabaseUrl(`postgres://u@h/d?${query}`)).toThrow(message);
  });

  it('is not asked of a Unix socket', () => {
    expect(parseDatabaseUrl('postgres://u@/d?host=/run&sslmode=require').ssl).toBe(false);
  });
});
