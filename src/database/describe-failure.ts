import { isDatabaseUnavailable } from './failures.js';

const MAX_DEPTH = 5;
// Database drivers put connection strings into their messages.
const URL_CREDENTIALS = /:\/\/[^\s/@]+@/g;

/** One line for the operator. Names the variable if the database is away or refuses the connection. */
export function describeFailure(error: unknown): string {
  if (!isDatabaseUnavailable(error))
    return error instanceof Error ? error.message : 'unknown error';
  return `${describeCause(error)}. Check DATABASE_URL or DB_HOST.`;
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
  return text.replaceAll(URL_CREDENTIALS, '://') || 'unknown error';
}

/** Node keeps the failures of several addresses in `errors`, Sequelize the driver's error in `original`. */
function causeOf(error: Error): unknown {
  const { cause, original, errors } = error as Error & Partial<Record<string, unknown>>;
  return original ?? cause ?? (Array.isArray(errors) ? (errors as unknown[]).at(-1) : undefined);
}
