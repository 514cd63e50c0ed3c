import {
  ConnectionAcquireTimeoutError,
  ConnectionRefusedError,
  DatabaseError,
  UniqueConstraintError,
} from 'sequelize';
import { isDatabaseUnavailable, isSerializationFailure } from '../../../src/database/failures.js';

function databaseError(code: string, message = 'failed'): DatabaseError {
  return new DatabaseError(Object.assign(new Error(message), { code, sql: 'SELECT 1' }));
}

describe('a failure of the database', () => {
  it.each(['57P01', '57P03', '57014', '08006', '53100', '53300', '25006', '25P03', 'ECONNRESET'])(
    '%s means: not now',
    (code) => {
      expect(isDatabaseUnavailable(databaseError(code))).toBe(true);
    },
  );

  it.each(['Query read timeout', 'Connection terminated unexpectedly', 'timeout expired'])(
    '"%s", which has no code, means: not now',
    (message) => {
      expect(isDatabaseUnavailable(databaseError('', message))).toBe(true);
    },
  );

  it('of the pool or of connecting means: not now, however deep it is wrapped', () => {
    expect(isDatabaseUnavailable(new ConnectionAcquireTimeoutError(new Error('slow')))).toBe(true);
    const refused = new ConnectionRefusedError(new Error('refused'));
    expect(isDatabaseUnavailable(new Error('outer', { cause: refused }))).toBe(true);
  });

  it.each([
    ['a wrong statement', databaseError('42601')],
    ['a violated check', databaseError('23514')],
    ['a duplicate', new UniqueConstraintError({})],
    ['any error', new Error('x')],
    ['a text', 'x'],
    ['nothing', undefined],
  ])('is not mistaken for that: %s', (_name, error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });

  it.each([
    ['40001', true],
    ['40P01', true],
    ['23505', false],
  ])('%s may be tried again: %s', (code, expected) => {
    expect(isSerializationFailure(databaseError(code))).toBe(expected);
  });
});
