/** The SQL of `users`. Who needs a piece of it imports it from here. */

/** The numbers are proved; mark_verified calls the same function. $1 phone numbers, $2 their countries */
export const MARK_VERIFIED = 'SELECT mark_users_verified($1::text[], $2::text[])';

/** The id of a number's user. */
export const userIdOf = (phone: string): string =>
  `SELECT id FROM users WHERE phone_number = ${phone}`;

/** Erases a number's user, with its account. @param after a condition that makes other deletions run first */
export const eraseUser = (phone: string, after: string): string =>
  `DELETE FROM users WHERE phone_number = ${phone} AND ${after} RETURNING 1`;
