import { CURRENT_STATUS } from './records.sql.js';
import { columnsOf } from './rows.js';

/** Rows that a page examines at most, so that it costs about the same whatever its filters exclude. */
export const MAX_WALKED = 1_000;

const BY_ID = 'v.id DESC';
/** The order of the index, so that a page ends as soon as it is full. */
const BY_APPLICATION = 'v.application_id DESC, v.id DESC';
const BY_REFERENCE = 'v.reference DESC, v.application_id DESC, v.id DESC';
const BY_TIME = 'v.created_at DESC, v.id DESC';

/**
 * A page of the search: walks `source` from the newest row and returns the rows that match, and the last row
 * that it examined even if that does not match: the next page continues there.
 * $1 limit, $2 status, $3 purpose, $4 channel, $5 reference; null for any
 */
const page = (source: string, order: string): string => `
SELECT w.*, m.matches FROM (
  SELECT ${columnsOf('v')}, ${CURRENT_STATUS} AS status_now,
    (extract(epoch FROM v.created_at) * 1000000)::bigint AS created_micros,
    row_number() OVER (ORDER BY ${order})::int AS place
  FROM ${source}
  ORDER BY ${order} LIMIT ${MAX_WALKED}
) AS w CROSS JOIN LATERAL (
  SELECT ($2::text IS NULL OR w.status_now = $2) AND ($3::text IS NULL OR w.purpose = $3)
    AND ($4::text IS NULL OR w.channel = $4) AND ($5::text IS NULL OR w.reference = $5) AS matches
) AS m
WHERE m.matches OR w.place = ${MAX_WALKED}
ORDER BY ${order.replaceAll('v.', 'w.')} LIMIT $1::int`;

/** Of all applications, by the primary key. $6 first id, $7 end of the ids */
export const PAGE = page('verifications AS v WHERE v.id >= $6 AND v.id < $7', BY_ID);

/**
 * A condition that only the index on these columns serves: with equalities, the planner may walk all
 * applications by the primary key. Rows in this range differ in the id only.
 */
const range = (columns: string, values: string): string =>
  `(${columns}, id) >= (${values}, $6::text) AND (${columns}, id) < (${values}, $7::text)`;

/** $6 first id, $7 end of the ids, $8 application */
export const PAGE_OF_APPLICATION = page(
  `verifications AS v WHERE ${range('application_id', '$8::text')}`,
  BY_APPLICATION,
);

const ofReference = (application: string): string => `
  SELECT * FROM verifications
  WHERE reference IS NOT NULL AND ${range('reference, application_id', `$8::text, ${application}`)}
  ORDER BY reference DESC, application_id DESC, id DESC LIMIT ${MAX_WALKED}`;

/** $6 first id, $7 end of the ids, $8 reference, $9 application */
export const PAGE_OF_REFERENCE = page(`(${ofReference('$9::text')}) AS v`, BY_REFERENCE);

/** Of all applications. $6 first id, $7 end of the ids, $8 reference */
export const PAGE_OF_REFERENCE_EVERYWHERE = page(
  `applications AS a CROSS JOIN LATERAL (${ofReference('a.id')}) AS v`,
  BY_ID,
);

const ofNumber = (status: string): string => `
  SELECT * FROM verifications
  WHERE phone_key = $8 AND ${status} AND ($9::text IS NULL OR application_id = $9)
    AND created_at >= coalesce($6::timestamptz, '-infinity') AND created_at < coalesce($7::timestamptz, 'infinity')
    AND (created_at, id) < (coalesce('epoch'::timestamptz + $10::bigint * interval '1 microsecond', 'infinity'), $11::text)
  ORDER BY created_at DESC, id DESC LIMIT ${MAX_WALKED}`;

/**
 * By the two indexes of numbers; see idsOfNumber.
 * $6 from, $7 to, $8 phone key, $9 application, $10 and $11 time in microseconds and id of the cursor; null for
 * any
 */
export const PAGE_OF_NUMBER = page(
  `((${ofNumber("status <> 'sending'")}) UNION ALL (${ofNumber("status = 'sending'")})) AS v`,
  BY_TIME,
);
