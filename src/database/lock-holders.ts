import type pg from 'pg';

/** The session at the head of a queue for a lock: it blocks others and is not blocked itself. */
export interface LockHolder {
  pid: number;
  application: string;
  state: string | null;
  /** Age of its transaction; null without one. */
  transactionSeconds: number | null;
  /** Its current or last statement: one line, at most 100 characters, without values. */
  query: string;
  /** The table that the queue waits for; null if Postgres does not name it. */
  table: string | null;
}

/** The session that blocks the sessions $1, directly or through others that are blocked too. */
const LOCK_HOLDERS = `
WITH RECURSIVE waiting (pid) AS (
  SELECT unnest($1::int[]) UNION SELECT unnest(pg_blocking_pids(pid)) FROM waiting
)
SELECT pid, application_name AS application, state,
  extract(epoch FROM now() - xact_start)::int AS "transactionSeconds",
  left(regexp_replace(query, '\\s+', ' ', 'g'), 100) AS query,
  (SELECT relation::regclass::text FROM pg_locks
   WHERE pg_locks.pid = ANY ($1::int[]) AND relation IS NOT NULL AND (NOT granted OR locktype = 'tuple')
   ORDER BY granted LIMIT 1) AS "table"
FROM waiting JOIN pg_stat_activity USING (pid)
WHERE pid <> ALL ($1::int[]) AND cardinality(pg_blocking_pids(pid)) = 0
ORDER BY xact_start LIMIT 1`;

/** The session that blocks the sessions `pids`; undefined if none of them waits for a lock. */
export async function lockHolderOf(
  client: pg.Client,
  pids: readonly number[],
): Promise<LockHolder | undefined> {
  const { rows } = await client.query<LockHolder>(LOCK_HOLDERS, [pids]);
  return rows[0] && { ...rows[0], query: withoutValues(rows[0].query) };
}

// The last one may be cut off. Only E'…' has escapes.
const LITERALS =
  /e'(?:[^'\\]|\\.|'')*(?:'|\\?$)|'(?:[^']|'')*(?:'|$)|\$([a-z_]\w*)?\$.*?(?:\$\1\$|$)/gi;
const LONG_DIGITS = /[0-9]{4,}/g;

/** What somebody typed may contain numbers, codes and passwords, and could control the terminal. */
export function withoutValues(statement: string): string {
  return statement
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll(LITERALS, "'…'")
    .replaceAll(LONG_DIGITS, '[digits]');
}
