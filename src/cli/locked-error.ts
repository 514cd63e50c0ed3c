import { LOCK_RECIPE } from '../database/describe-failure.js';
import type { LockHolder } from '../database/lock-holders.js';

/** The command gave up waiting for a lock. The message names the holder, if it was seen. */
export class LockedError extends Error {
  constructor(holder: LockHolder | undefined, cause: unknown) {
    const message = holder
      ? describe(holder)
      : `A table or row that the command needs is locked: ${LOCK_RECIPE}.`;
    super(message, { cause });
    this.name = 'LockedError';
  }
}

function describe({
  pid,
  application,
  state,
  transactionSeconds,
  query,
  table,
}: LockHolder): string {
  const since = transactionSeconds === null ? '' : ` for ${transactionSeconds} s`;
  const session = [application, `${state ?? 'state unknown'}${since}`, query]
    .filter((part) => part !== '')
    .join(', ');
  return (
    `${table === null ? 'A row' : `The table ${table}`} is locked by session ${pid} (${session}). Wait for it, ` +
    `or end it with "SELECT pg_terminate_backend(${pid})", and repeat the command: ${LOCK_RECIPE}.`
  );
}
