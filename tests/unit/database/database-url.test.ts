import { parseDatabaseUrl, withDatabase } from '../../../src/database/database-url.js';

describe('a database URL', () => {
  it('is parsed with its escapes', () => {
    expect(parseDatabaseUrl('postgresql://us%40er:p%3Aa%2Fss@db.example:6543/my%20db')).toEqual({
      host: 'db.example',
      port: 6543,
      database: 'my db',
      user: 'us@er',
      password: 'p:a/ss',
      ssl: undefined,
      options: undefined,
    });
  });

  it.each([
    ['postgres://u@h', { port: 5432, database: 'u', password: '' }],
    ['postgres://u@[::1]:5433/d', { host: '::1', port: 5433 }],
    ['postgres:///d?host=/run/postgresql', { host: '/run/postgresql', database: 'd' }],
    ['postgres://u@h/d?options=-c%20search_path%3Dapp', { options: '-c search_path=app' }],
  ])('%s has the usual defaults and parameters', (url, expected) => {
    expect(parseDatabaseUrl(url)).toMatchObject(expected);
  });

  it.each([
    ['disable', undefined],
    ['require', { rejectUnauthorized: true }],
    ['verify-full', { rejectUnauthorized: true }],
    ['no-verify', { rejectUnauthorized: false }],
  ])('asks for TLS with sslmode=%s', (mode, ssl) => {
    expect(parseDatabaseUrl(`postgres://u@h/d?sslmode=${mode}`).ssl).toEqual(ssl);
  });

  it('is refused with an unknown sslmode', () => {
    expect(() => parseDatabaseUrl('postgres://u@h/d?sslmode=perhaps')).toThrow('sslmode');
  });

  it.each(['mysql://u:hunter2@h/d', 'postgres://u:hunter2@h:port/d', 'hunter2', ''])(
    'is refused as %s without exposing a possible password',
    (url) => {
      expect(() => parseDatabaseUrl(url)).toThrow(/^(?!.*hunter2).*postgres:\/\//);
    },
  );

  it('can be changed to another database of the server', () => {
    expect(withDatabase('postgres://u:p@h:1/d?sslmode=require', 'a b')).toBe(
      'postgres://u:p@h:1/a%20b?sslmode=require',
    );
  });
});
