import { describeFailure } from '../../../src/database/describe-failure.js';

const ssl = 'sslmode in DATABASE_URL, or DB_SSLMODE';

test.each([
  ['role "u" does not exist', '28000', 'DATABASE_URL, or DB_USER and DB_PASSWORD'],
  ['password authentication failed', '28P01', 'DATABASE_URL, or DB_USER and DB_PASSWORD'],
  ['database "d" does not exist', '3D000', 'DATABASE_URL or DB_NAME'],
  ['The server does not support SSL connections', '', ssl],
  ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', ssl],
  ['connect ENOENT /run/.s.PGSQL.5432', 'ENOENT', 'DATABASE_URL or DB_HOST'],
  ['connect EACCES /run/.s.PGSQL.5432', 'EACCES', 'DATABASE_URL or DB_HOST'],
  ['connect ECONNREFUSED 127.0.0.1:9', 'ECONNREFUSED', 'DATABASE_URL or DB_HOST'],
])('"%s" names what to check', (message, code, variables) => {
  const error = Object.assign(new Error(message), { code });
  expect(describeFailure(error)).toBe(`${message}. Check ${variables}.`);
  const wrapped = Object.assign(new Error(''), { original: error });
  expect(describeFailure(wrapped)).toBe(`${message}. Check ${variables}.`);
});

test.each([{ code: 'ECONNREFUSED' }, {}])('no message has the password of a URL', (facts) => {
  const error = Object.assign(new Error('no postgres://me:pa55word@db:5432/x'), facts);
  expect(describeFailure(error)).toMatch(/^no postgres:\/\/db:5432\/x/);
});

test('a failed statement names no variable', () => {
  const error = Object.assign(new Error('syntax error'), { code: '42601' });
  expect(describeFailure(error)).toBe('syntax error');
});

test('a lock that was not free in time names the recipe, not the address of the database', () => {
  const error = Object.assign(new Error('canceling statement due to lock timeout'), {
    code: '55P03',
  });
  expect(describeFailure(error)).toBe(
    'canceling statement due to lock timeout. Another session holds the lock: docs/operations.md, "A table is locked".',
  );
});
