const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CHARACTERS = [43, 38, 33, 28, 23, 18, 13, 8, 3].map(
  (shift) => `substr('${ALPHABET}', ((t.ms >> ${shift}) & 31)::int + 1, 1)`,
);
/** An id as `newVerificationId` makes it, for the milliseconds `t.ms`. */
const ID = `${CHARACTERS.join(' || ')} || substr('${ALPHABET}', ((t.ms & 7) * 4 + n % 4)::int + 1, 1) || left(md5('id' || n), 27)`;

export const ROW_APPLICATIONS = ['app_default', 'app_large', 'app_small'] as const;
/** A number and a reference of every thousandth row. */
export const FREQUENT_NUMBER = '+447500000000';
export const FREQUENT_REFERENCE = 'everyone';

export interface RowsOptions {
  count: number;
  /** Age of the oldest row; the rows are spread evenly. */
  days: number;
}

/**
 * Inserts finished verifications: of a hundred, 70 of app_default, 29 of app_large and 1 of app_small. One in
 * a hundred thousand is cancelled.
 * @param first the newest row of this statement, counted from 0; for tables that are filled in parts
 */
export function insertRows({ count, days }: RowsOptions, first = 0, last = count - 1): string {
  const number = `CASE WHEN n % 1000 = 7 THEN '${FREQUENT_NUMBER}' ELSE '+4474' || lpad((n % ${Math.ceil(count / 2)})::text, 8, '0') END`;
  return `
    INSERT INTO verifications (id, application_id, phone_number, phone_key, country, purpose, channel, reference,
      provider, send_reference, status, attempts, max_attempts, expires_at, resend_at, send_started_at, sent_at,
      verified_at, created_at, updated_at)
    SELECT ${ID},
      CASE WHEN n % 100 < 70 THEN 'app_default' WHEN n % 100 < 99 THEN 'app_large' ELSE 'app_small' END,
      ${number}, ${number}, 'GB', CASE WHEN n % 50 = 3 THEN 'login' ELSE 'verification' END,
      CASE WHEN n % 200 = 11 THEN 'voice' ELSE 'sms' END,
      CASE WHEN n % 1000 = 7 THEN '${FREQUENT_REFERENCE}' WHEN n % 2 = 0 THEN 'order-' || n END,
      'sinch-verification', left(md5('send' || n), 26), k.status, 1, 5, m.at + interval '5 minutes', m.at, m.at, m.at,
      CASE k.status WHEN 'verified' THEN m.at END, m.at, m.at
    FROM generate_series(${first}, ${last}) AS n
    CROSS JOIN LATERAL (SELECT now() - make_interval(secs => ${days * 86_400}::float8 * n / ${count}) AS at) AS m
    CROSS JOIN LATERAL (SELECT (extract(epoch FROM m.at) * 1000)::bigint AS ms) AS t
    CROSS JOIN LATERAL (SELECT CASE WHEN n % 100000 = 99999 THEN 'cancelled' WHEN n % 20 = 0 THEN 'failed'
      WHEN n % 10 = 1 THEN 'expired' ELSE 'verified' END AS status) AS k`;
}
