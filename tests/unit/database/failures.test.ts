import {
  ConnectionAcquireTimeoutError,
  ConnectionRefusedError,
  DatabaseError,
  UniqueConstraintError,
} from 'sequelize';
import {
  ConnectionError,
  isDatabaseUnavailable,
  isSerializationFailure,
} from '../../../src/database/failures.js';

function databaseError(code: string, message = 'failed'): DatabaseError {
  return new DatabaseError(Object.assign(new Error(message), { code, sql: 'SELECT 1' }));
}

describe('a database failure', () => {
  it.each([
    ...['57P01', '57P03', '57014', '08006', '53100', '53300', '25006', '25P03', '55P03', '58030'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
    ...['EHOSTUNREACH', 'ENETUNREACH'],
  ])('%s means unavailable', (code) => {
    expect(isDatabaseUnavailable(databaseError(code))).toBe(true);
  });

  it.each(['Query read timeout', 'Connection terminated unexpectedly', 'timeout expired'])(
    '"%s" without a code means unavailable',
    (message) => {
      expect(isDatabaseUnavailable(databaseError('', message))).toBe(true);
    },
  );

  it('without a connection keeps what the connection failed of', () => {
    const cause = new Error('password authentication failed');
    expect(new ConnectionError(cause).cause).toBe(cause);
  });

  it('of the pool or of a connect means unavailable, however deeply wrapped', () => {
    expect(isDatabaseUnavailable(new ConnectionAcquireTimeoutError(new Error('slow')))).toBe(true);
    const refused = new ConnectionRefusedError(new Error('refused'));
    expect(isDatabaseUnavailable(new Error('outer', { cause: refused }))).toBe(true);
  });

  it.each([
    ['a syntax error', databaseError('42601')],
    ['a violated check', databaseError('23514')],
    ['a duplicate', new UniqueConstraintError({})],
    ['any error', new Error('x')],
    ['a string', 'x'],
    ['undefined', undefined],
  ])('is not unavailable: %s', (_name, error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });

  it.each([
    ['40001', true],
    ['40P01', true],
    ['23505', false],
  ])('%s is retryable: %s', (code, expected) => {
    expect(isSerializationFailure(databaseError(code))).toBe(expected);
  });
});
