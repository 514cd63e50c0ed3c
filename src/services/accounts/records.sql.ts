/** The statements behind accounts. What can be raced is guarded by its own WHERE or locked by a function. */

const COLUMNS = `a.id, u.phone_number, u.country, a.name, a.password_hash, a.version, a.password_changed_at, a.created_at`;

/** $1 phone */
export const FIND_BY_PHONE = `
SELECT ${COLUMNS} FROM accounts AS a JOIN users AS u ON u.id = a.user_id WHERE u.phone_number = $1`;

/** $1 id */
export const FIND = `
SELECT ${COLUMNS} FROM accounts AS a JOIN users AS u ON u.id = a.user_id WHERE a.id = $1`;

/** $1 new id, $2 phone, $3 country, $4 password hash, $5 name */
export const CREATE = `SELECT open_account($1::uuid, $2, $3, $4, $5) AS replaced`;

/**
 * What a session asks for is done only if that session is still good and the account of the version that it was let in
 * under. $1 account, $2 session, $3 version admitted
 */
const SESSION_PARAMETERS = '$1::uuid, $2::uuid, $3::int';

/** $4 phone, $5 country */
export const CHANGE_PHONE = `SELECT move_account(${SESSION_PARAMETERS}, $4, $5) AS done`;

/** $4 password hash */
export const CHANGE_PASSWORD = `SELECT change_password(${SESSION_PARAMETERS}, $4) AS done`;

/** Ends every session and every login under way. $1 id, $2 phone that it must still be on, $3 password hash */
export const RESET_PASSWORD = `
UPDATE accounts SET password_hash = $3, version = version + 1, password_changed_at = now(), updated_at = now()
WHERE id = $1 AND user_id = (SELECT id FROM users WHERE phone_number = $2)
RETURNING id`;

/** The same password in a better hash: nothing ends. $1 id, $2 new hash, $3 hash so far */
export const REHASH = `
UPDATE accounts SET password_hash = $2, updated_at = now() WHERE id = $1 AND password_hash = $3 RETURNING id`;

/** $1 account, $2 session, $3 version admitted */
const SESSION_IS_CURRENT = `
a.id = $1 AND a.version = $3::int AND EXISTS (
  SELECT FROM account_sessions AS s
  WHERE s.id = $2 AND s.account_id = a.id AND s.version = $3::int AND s.ended_at IS NULL
)`;

export const END_SESSIONS = `
UPDATE accounts AS a SET version = version + 1, updated_at = now() WHERE ${SESSION_IS_CURRENT} RETURNING a.id`;

export const REMOVE = `DELETE FROM accounts AS a WHERE ${SESSION_IS_CURRENT} RETURNING a.id`;

/** Counts a code as wrong until it proves right; 100 in a row are the end. $1 id */
export const CONSUME_FACTOR_ATTEMPT = `
UPDATE accounts SET wrong_factors = wrong_factors + 1, updated_at = now()
WHERE id = $1 AND wrong_factors < 100 RETURNING wrong_factors`;

/** One that was counted and not compared. $1 id */
export const REFUND_FACTOR_ATTEMPT = `
UPDATE accounts SET wrong_factors = wrong_factors - 1, updated_at = now() WHERE id = $1 AND wrong_factors > 0 RETURNING id`;

/** $1 id */
export const RESET_FACTOR_ATTEMPTS = `
UPDATE accounts SET wrong_factors = 0, updated_at = now() WHERE id = $1 AND wrong_factors > 0 RETURNING id`;
