import 'server-only';

/** Logs a failure that users only see as "try again in a moment". */
export function logFailure(what: string, cause: unknown): void {
  // eslint-disable-next-line no-console -- a real app has a logger here
  console.error(`${new Date().toISOString()} ${what}:`, cause);
}
