/** Statements of accounts. A WHERE clause or a locking SQL function guards each concurrent change. */

const COLUMNS = `a.id, u.phone_number, u.country, a.name, a.password_hash, a.version, a.password_changed_at, a.created_at`;

const SELECT_ACCOUNT = `
SELECT ${COLUMNS} FROM accounts AS a JOIN users AS u ON u.id = a.user_id`;

/** $1 phone, $2 application */
export const FIND_BY_PHONE = `${SELECT_ACCOUNT} WHERE u.phone_number = $1 AND a.application_id = $2`;

/** $1 id */
export const FIND = `${SELECT_ACCOUNT} WHERE a.id = $1`;
/** $1 new id, $2 phone, $3 country, $4 password hash, $5 name, $6 application */
export const CREATE = `SELECT open_account($1::uuid, $2, $3, $4, $5, $6) AS replaced`;

/**
 * Parameters of functions that act for a session and do nothing once it is invalid.
 * $1 account, $2 session, $3 account version of the session
 */
export const SESSION_PARAMETERS = '$1::uuid, $2::uuid, $3::int';

/** False once the account has a newer version, which ends earlier sessions and logins. */
export const hasCurrentVersion = (alias: 's' | 'l') =>
  `EXISTS (SELECT FROM accounts AS a WHERE a.id = ${alias}.account_id AND a.version = ${alias}.version)`;

/** Whether a session or login is of an account of this application. */
export const isIn = (alias: 's' | 'l', application: string) =>
  `EXISTS (SELECT FROM accounts AS a WHERE a.id = ${alias}.account_id AND a.application_id = ${application})`;

/** $4 phone, $5 country */
export const CHANGE_PHONE = `SELECT move_account(${SESSION_PARAMETERS}, $4, $5) AS done`;

/** $4 password hash */
export const CHANGE_PASSWORD = `SELECT change_password(${SESSION_PARAMETERS}, $4) AS done`;

/**
 * Ends all sessions and pending logins. $1 id, $2 phone that the account must still have, $3 password hash
 */
export const RESET_PASSWORD = `
UPDATE accounts SET password_hash = $3, version = version + 1, password_changed_at = now(), updated_at = now()
WHERE id = $1 AND user_id = (SELECT id FROM users WHERE phone_number = $2)
RETURNING id`;

/** Keeps sessions and logins: the password is the same. $1 id, $2 new hash, $3 current hash */
export const REHASH = `
UPDATE accounts SET password_hash = $2, updated_at = now() WHERE id = $1 AND password_hash = $3 RETURNING id`;

/** $1 account, $2 session, $3 account version of the session */
const SESSION_IS_CURRENT = `
a.id = $1 AND a.version = $3::int AND EXISTS (
  SELECT FROM account_sessions AS s
  WHERE s.id = $2 AND s.account_id = a.id AND s.version = $3::int AND s.ended_at IS NULL
)`;

export const END_SESSIONS = `
UPDATE accounts AS a SET version = version + 1, updated_at = now() WHERE ${SESSION_IS_CURRENT} RETURNING a.id`;

export const REMOVE = `DELETE FROM accounts AS a WHERE ${SESSION_IS_CURRENT} RETURNING a.id`;

/** Counts a code as wrong until it proves right. A run of them locks the account. $1 id */
export const CONSUME_FACTOR_ATTEMPT = `
UPDATE accounts SET wrong_factors = wrong_factors + 1, updated_at = now()
WHERE id = $1 AND NOT is_stopped(wrong_factors) RETURNING wrong_factors`;

/** For a code that was counted but not compared. $1 id */
export const REFUND_FACTOR_ATTEMPT = `
UPDATE accounts SET wrong_factors = wrong_factors - 1, updated_at = now() WHERE id = $1 AND wrong_factors > 0 RETURNING id`;

/** $1 id */
export const RESET_FACTOR_ATTEMPTS = `
UPDATE accounts SET wrong_factors = 0, updated_at = now() WHERE id = $1 AND wrong_factors > 0 RETURNING id`;
