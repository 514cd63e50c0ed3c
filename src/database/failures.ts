/** SQLSTATE classes and codes with which a server says "not now": connection, resources, operator, read-only. */
const UNAVAILABLE_STATES = /^(08|53|57|58|25006|25P03|55P03)/;
/** `PL` is ours. */
const ONE_ROW_STATES = /^(PL|21|22|23|40|55P03)/;
const IN_THE_WAY_STATES = /^(40|55P03)/;
const RETRYABLE_STATES: ReadonlySet<string> = new Set(['40001', '40P01']);
/** Five characters with a digit among them, unlike the names of system errors such as EPIPE. */
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
  'GateTimeoutError',
]);
const DEEPEST = 5;
/** `pg` gives these no code. */
const CONNECTION_MESSAGES =
  /^(Query read timeout|timeout expired|Connection terminated|Client (was closed|has encountered a connection error))/;

/**
 * Whether the database could not do the work now and may do it later: away, frozen, starting, full, read-only or
 * out of connections. A wrong statement or a violated constraint is not that.
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

/** Whether Postgres undid the transaction for the sake of another one and the same work may be tried again. */
export function isSerializationFailure(error: unknown): boolean {
  return causes(error).some(({ code }) => RETRYABLE_STATES.has(code));
}

/**
 * Whether Postgres undid a transaction for the sake of one of its rows: a limit of ours that would overflow, a value, a
 * constraint, another transaction, a lock. The rest of it may well be done.
 */
export function concernsOneRow(error: unknown): boolean {
  return ONE_ROW_STATES.test(sqlStateOf(error) ?? '');
}

/** Whether another transaction was in the way, which costs time before it is known. */
export function isInTheWay(error: unknown): boolean {
  return IN_THE_WAY_STATES.test(sqlStateOf(error) ?? '');
}

/** The SQLSTATE with which Postgres refused, if it did. */
export function sqlStateOf(error: unknown): string | undefined {
  return causes(error).find(({ code }) => SQL_STATE.test(code))?.code;
}

interface Cause {
  name: string;
  code: string;
  message: string;
}

/** The error and what it wraps: Sequelize keeps the driver's error in `original`, others in `cause`. */
function causes(error: unknown): Cause[] {
  const found: Cause[] = [];
  let current = error;
  while (typeof current === 'object' && current !== null && found.length < DEEPEST) {
    const { name, code, message, original, cause } = current as Partial<Record<string, unknown>>;
    found.push({ name: text(name), code: text(code), message: text(message) });
    current = original ?? cause;
  }
  return found;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
