import { hasCurrentVersion, isIn } from './records.sql.js';

/** A session is fresh for ten minutes after its second factor. */
const COLUMNS = `s.id, s.account_id, s.version, s.factor, s.authenticated_at, s.last_used_at, s.expires_at, now() AS now,
  s.authenticated_at > now() - interval '10 minutes' AS fresh`;

/** A session that has not ended, expired or gone idle, of the account's current version. */
const IS_ACTIVE = `
  s.ended_at IS NULL AND s.expires_at > now() AND s.idle_until > now()
  AND ${hasCurrentVersion('s')}`;

/**
 * $1 id, $2 account, $3 version, $4 factor, $5 idle seconds, $6 lifetime seconds, $7 hash of the refresh
 * token
 */
export const OPEN = `
WITH s AS (
  INSERT INTO account_sessions (id, account_id, version, factor, idle_until, expires_at)
  SELECT $1::uuid, id, version, $4, now() + make_interval(secs => least($5::int, $6::int)),
    now() + make_interval(secs => $6::int)
  FROM accounts WHERE id = $2::uuid AND version = $3::int FOR KEY SHARE
  RETURNING *
), t AS (
  INSERT INTO account_refresh_tokens (token_hash, session_id) SELECT $7, id FROM s
)
SELECT ${COLUMNS} FROM s`;

/**
 * Replaces a refresh token. Of concurrent calls, one finds it unused. The limit of refreshes bounds the
 * table.
 * $1 hash of the token, $2 hash of the new token, $3 idle seconds, $4 application
 */
export const ROTATE = `
WITH used AS (
  UPDATE account_refresh_tokens AS t SET used_at = now()
  FROM account_sessions AS s
  WHERE t.token_hash = $1 AND t.used_at IS NULL AND s.id = t.session_id AND s.refreshes < 2000 AND ${IS_ACTIVE}
    AND ${isIn('s', '$4')}
  RETURNING t.session_id
), s AS (
  UPDATE account_sessions AS s
  SET last_used_at = now(), refreshes = s.refreshes + 1,
    idle_until = least(s.expires_at, now() + make_interval(secs => $3::int))
  FROM used WHERE s.id = used.session_id AND s.ended_at IS NULL
  RETURNING s.*
), t AS (
  INSERT INTO account_refresh_tokens (token_hash, session_id) SELECT $2, id FROM s
)
SELECT ${COLUMNS} FROM s`;

/** A reused token may be stolen, so its session ends. $1 hash of the token, $2 application */
export const END_BY_REUSE = `
UPDATE account_sessions AS s SET ended_at = now(), ended_by = 'reuse'
FROM account_refresh_tokens AS t
WHERE t.token_hash = $1 AND t.used_at IS NOT NULL AND s.id = t.session_id AND s.ended_at IS NULL
  AND ${isIn('s', '$2')}
RETURNING s.id, s.account_id`;

/** $1 id, $2 application */
export const FIND = `
SELECT ${COLUMNS} FROM account_sessions AS s WHERE s.id = $1 AND ${IS_ACTIVE} AND ${isIn('s', '$2')}`;

/** $1 account */
export const LIST = `
SELECT ${COLUMNS} FROM account_sessions AS s WHERE s.account_id = $1 AND ${IS_ACTIVE}
ORDER BY s.created_at DESC LIMIT 100`;

/** $1 id */
export const END = `
UPDATE account_sessions SET ended_at = now(), ended_by = 'logout' WHERE id = $1 AND ended_at IS NULL RETURNING id`;
