import { isDatabaseUnavailable, isLockTimeout, sqlStateOf } from './failures.js';

const MAX_DEPTH = 5;
/** Where the runbook says how to end a lock. */
export const LOCK_RECIPE = 'docs/operations.md, "A table is locked"';
// Database drivers put connection strings into their messages. A password may contain an @.
const URL_CREDENTIALS = /:\/\/[^\s/]+@/g;
const REFUSED_LOGIN = '28';
const NO_SUCH_DATABASE = '3D000';
const TLS_FAILURE = /\bSSL\b|certificate/i;
/** A Unix socket that does not exist or belongs to somebody else. */
const SOCKET_FAILURE = /^connect E(NOENT|ACCES) /;

/** One line for the operator. Names the variable if the database is away or refuses the connection. */
export function describeFailure(error: unknown): string {
  const cause = describeCause(error);
  if (isLockTimeout(error)) return `${cause}. Another session holds the lock: ${LOCK_RECIPE}.`;
  const variables = variablesFor(error, cause);
  if (variables !== undefined) return `${cause}. Check ${variables}.`;
  return error instanceof Error ? withoutCredentials(error.message) : 'unknown error';
}

/** The variables to look at; undefined for failures other than that of a connection. */
function variablesFor(error: unknown, cause: string): string | undefined {
  const state = sqlStateOf(error) ?? '';
  if (state.startsWith(REFUSED_LOGIN)) return 'DATABASE_URL, or DB_USER and DB_PASSWORD';
  if (state === NO_SUCH_DATABASE) return 'DATABASE_URL or DB_NAME';
  if (TLS_FAILURE.test(cause)) return 'sslmode in DATABASE_URL, or DB_SSLMODE';
  const isConnection = isDatabaseUnavailable(error) || SOCKET_FAILURE.test(cause);
  return isConnection ? 'DATABASE_URL or DB_HOST' : undefined;
}

/** The messages of an error and of its causes in one line, each once, without stacks and credentials. */
function describeCause(error: unknown): string {
  const messages: string[] = [];
  let current = error;
  for (let depth = 0; depth < MAX_DEPTH && current instanceof Error; depth += 1) {
    const { message } = current;
    if (message !== '' && !messages.some((outer) => outer.includes(message)))
      messages.push(message);
    current = causeOf(current);
  }
  const text = messages.join(': ').replaceAll(/\s+/g, ' ');
  return withoutCredentials(text) || 'unknown error';
}

function withoutCredentials(text: string): string {
  return text.replaceAll(URL_CREDENTIALS, '://');
}

/** Node keeps the failures of several addresses in `errors`, Sequelize the driver's error in `original`. */
function causeOf(error: Error): unknown {
  const { cause, original, errors } = error as Error & Partial<Record<string, unknown>>;
  return original ?? cause ?? (Array.isArray(errors) ? (errors as unknown[]).at(-1) : undefined);
}
