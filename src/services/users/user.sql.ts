/** SQL of `users`. Other capabilities import its fragments from here. */

/**
 * Marks numbers as proved through applications; mark_verified calls the same functions.
 * $1 phone numbers, $2 their countries, $3 their applications
 */
export const MARK_VERIFIED =
  'SELECT mark_users_verified($1::text[], $2::text[]), mark_user_applications($1::text[], $3::text[])';

/** Id of the user of a number. */
export const userIdOf = (phone: string): string =>
  `SELECT id FROM users WHERE phone_number = ${phone}`;

/**
 * Deletes the user of a number, with the account.
 * @param after condition that makes other deletions run first
 */
export const eraseUser = (phone: string, after: string): string =>
  `DELETE FROM users WHERE phone_number = ${phone} AND ${after} RETURNING id`;
