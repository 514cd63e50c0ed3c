import type { LockHolder } from '../database/lock-holders.js';

const RECIPE = 'docs/operations.md, "A table is locked"';

/** The command gave up waiting for a lock. The message names who holds it, if it was seen. */
export class LockedError extends Error {
  constructor(holder: LockHolder | undefined, cause: unknown) {
    super(
      holder ? describe(holder) : `A table or row that the command needs is locked: ${RECIPE}.`,
      {
        cause,
      },
    );
    this.name = 'LockedError';
  }
}

function describe({ pid, application, state, seconds, query, table }: LockHolder): string {
  const since = seconds === null ? '' : ` for ${seconds} s`;
  const session = [application, `${state ?? 'state unknown'}${since}`, query]
    .filter((part) => part !== '')
    .join(', ');
  return (
    `${table === null ? 'A row' : `The table ${table}`} is locked by session ${pid} (${session}). Wait for it, ` +
    `or end it with "SELECT pg_terminate_backend(${pid})", and repeat the command: ${RECIPE}.`
  );
}
