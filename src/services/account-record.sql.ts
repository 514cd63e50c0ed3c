/** The statements behind accounts. What can be raced is guarded by its own WHERE or locked by a function. */

const COLUMNS = `a.id, u.phone_number, u.country, a.name, a.password_hash, a.version, a.password_changed_at, a.created_at`;

/** $1 phone */
export const FIND_BY_PHONE = `
SELECT ${COLUMNS} FROM accounts AS a JOIN users AS u ON u.id = a.user_id WHERE u.phone_number = $1`;

/** $1 id */
export const FIND = `
SELECT ${COLUMNS} FROM accounts AS a JOIN users AS u ON u.id = a.user_id WHERE a.id = $1`;

/** $1 new id, $2 phone, $3 country, $4 password hash, $5 name */
export const OPEN = `SELECT open_account($1::uuid, $2, $3, $4, $5) AS replaced`;

/** $1 id, $2 phone, $3 country */
export const MOVE = `SELECT move_account($1::uuid, $2, $3) AS version`;

/** Ends every session and every login under way. $1 id, $2 password hash, $3 hash so far, or null for whichever */
export const SET_PASSWORD = `
UPDATE accounts SET password_hash = $2, version = version + 1, password_changed_at = now(), updated_at = now()
WHERE id = $1 AND ($3::text IS NULL OR password_hash = $3)
RETURNING version`;

/** The same password in a better hash: nothing ends. $1 id, $2 new hash, $3 hash so far */
export const REHASH = `
UPDATE accounts SET password_hash = $2, updated_at = now() WHERE id = $1 AND password_hash = $3 RETURNING id`;

/** $1 id */
export const RAISE_VERSION = `
UPDATE accounts SET version = version + 1, updated_at = now() WHERE id = $1 RETURNING version`;

/** $1 id */
export const REMOVE = `DELETE FROM accounts WHERE id = $1 RETURNING id`;

/** Counts a code as wrong until it proves right; 100 in a row are the end. $1 id */
export const TAKE_FACTOR_TRY = `
UPDATE accounts SET wrong_factors = wrong_factors + 1, updated_at = now()
WHERE id = $1 AND wrong_factors < 100 RETURNING wrong_factors`;

/** $1 id */
export const FORGET_WRONG_FACTORS = `
UPDATE accounts SET wrong_factors = 0, updated_at = now() WHERE id = $1 AND wrong_factors > 0 RETURNING id`;
