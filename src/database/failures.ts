/** SQLSTATEs of temporary unavailability: connection, resources, operator, read-only. */
const UNAVAILABLE_STATES = /^(08|53|57|58|25006|25P03|55P03)/;
const ONE_ROW_STATES = /^(21|22|23|40|55P03)/;
const LOCK_CONFLICT_STATES = /^(40|55P03)/;
const LOCK_NOT_AVAILABLE = '55P03';
const RETRYABLE_STATES: ReadonlySet<string> = new Set(['40001', '40P01']);
const UNDEFINED_TABLE = '42P01';
const UNIQUE_VIOLATION = '23505';
/** Five characters with a digit, unlike system error codes such as EPIPE. */
const SQL_STATE = /^(?=.*[0-9])[0-9A-Z]{5}$/;
const CONNECTION_ERRORS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
const NO_CONNECTION: ReadonlySet<string> = new Set([
  'SequelizeHostNotFoundError',
  'SemaphoreTimeoutError',
  'ConnectionError',
]);
const MAX_DEPTH = 5;
/** Errors of `pg` without a code. */
const CONNECTION_MESSAGES =
  /^(Query read timeout|timeout expired|Connection terminated|Client (was closed|has encountered a connection error))/;

/** The pool could not provide a connection; no statement was sent. */
export class ConnectionError extends Error {
  constructor(cause: unknown) {
    super('no connection to the database', { cause });
    this.name = 'ConnectionError';
  }
}

/**
 * Whether a retry may succeed later: the database is down, frozen, starting, full, read-only or out of
 * connections. False for invalid statements and violated constraints.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  return causes(error).some(({ name, code, message }) => {
    if (name.startsWith('SequelizeConnection') || NO_CONNECTION.has(name)) return true;
    return (
      UNAVAILABLE_STATES.test(code) ||
      CONNECTION_ERRORS.has(code) ||
      CONNECTION_MESSAGES.test(message)
    );
  });
}

/** Whether Postgres rolled the transaction back because of a concurrent one. A retry may succeed. */
export function isSerializationFailure(error: unknown): boolean {
  return causes(error).some(({ code }) => RETRYABLE_STATES.has(code));
}

/**
 * Whether a single row failed the transaction: a value, a constraint or a lock. The other rows may succeed.
 */
export function concernsOneRow(error: unknown): boolean {
  return ONE_ROW_STATES.test(sqlStateOf(error) ?? '');
}

/** Whether a concurrent transaction caused the failure, after a wait. */
export function isLockConflict(error: unknown): boolean {
  return LOCK_CONFLICT_STATES.test(sqlStateOf(error) ?? '');
}

/** Whether `lock_timeout` ended the wait for a lock. */
export function isLockTimeout(error: unknown): boolean {
  return sqlStateOf(error) === LOCK_NOT_AVAILABLE;
}

/** Whether another row has a value that must be unique. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlStateOf(error) === UNIQUE_VIOLATION;
}

/** Whether the schema has not been migrated yet. */
export function isTableMissing(error: unknown): boolean {
  return sqlStateOf(error) === UNDEFINED_TABLE;
}

/** The SQLSTATE of a Postgres error; undefined for other errors. */
export function sqlStateOf(error: unknown): string | undefined {
  return causes(error).find(({ code }) => SQL_STATE.test(code))?.code;
}

interface Cause {
  name: string;
  code: string;
  message: string;
}

/** The error and its causes. Sequelize stores the driver's error in `original`, others in `cause`. */
function causes(error: unknown): Cause[] {
  const found: Cause[] = [];
  let current = error;
  while (typeof current === 'object' && current !== null && found.length < MAX_DEPTH) {
    const { name, code, message, original, cause } = current as Partial<Record<string, unknown>>;
    found.push({ name: text(name), code: text(code), message: text(message) });
    current = original ?? cause;
  }
  return found;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
