import pg from 'pg';

/** Prefix of the old numbers. The load uses other prefixes. */
export const HISTORY_NUMBERS = '+4474';

const BATCH = 50_000;
const DAYS_KEPT = 29;

const NUMBER = (user) => `'${HISTORY_NUMBERS}' || lpad((${user})::text, 8, '0')`;
/** Spreads the rows evenly. $1 rows in all, $2 age of the oldest in days, $3 days in all */
const MOMENT = (n) =>
  `now() - make_interval(secs => ($2::float8 - $3::float8 * ${n} / $1) * 86400)`;

/** Of twenty, 17 verified, 2 expired and 1 failed. $4 first, $5 last, $6 users */
const VERIFICATIONS = `
INSERT INTO verifications (id, phone_number, phone_key, country, purpose, channel, provider, send_reference, provider_reference,
  status, attempts, max_attempts, failure, proof_id, expires_at, resend_at, send_started_at, sent_at, last_attempt_at,
  verified_at, created_at, updated_at)
SELECT '05' || lpad(to_hex(n), 9, '0') || left(md5('id' || n), 26), ${NUMBER('n % $6::int')}, ${NUMBER('n % $6::int')}, 'GB', 'verification', 'sms',
  'sinch-verification', left(md5('send' || n), 26), md5('provider' || n), k.status, (k.status = 'verified')::int, 5,
  CASE k.status WHEN 'failed' THEN 'unreachable' END, CASE k.status WHEN 'verified' THEN md5('proof' || n) END,
  t.at + interval '5 minutes', t.at + interval '30 seconds', t.at, t.at, t.at,
  CASE k.status WHEN 'verified' THEN t.at END, t.at, t.at
FROM generate_series($4::int, $5::int) AS n
CROSS JOIN LATERAL (SELECT ${MOMENT('n')} AS at) AS t
CROSS JOIN LATERAL (SELECT CASE WHEN n % 20 = 0 THEN 'failed' WHEN n % 10 = 1 THEN 'expired' ELSE 'verified' END AS status) AS k`;

const EVENTS = `
INSERT INTO verification_events (verification_id, type, detail, occurred_at)
SELECT '05' || lpad(to_hex(n), 9, '0') || left(md5('id' || n), 26), e.type, e.detail, ${MOMENT('n')}
FROM generate_series($4::int, $5::int) AS n
CROSS JOIN (VALUES (1, 'requested', '{"channel": "sms"}'::jsonb), (2, 'sent', '{"provider": "sinch-verification"}'),
  (3, 'verified', '{}')) AS e (place, type, detail)
ORDER BY n, e.place`;

const USERS = `
INSERT INTO users (phone_number, country, status, verified_at, last_verified_at, created_at, updated_at)
SELECT ${NUMBER('n')}, 'GB', 'verified', t.at, t.at, t.at, t.at
FROM generate_series($4::int, $5::int) AS n CROSS JOIN LATERAL (SELECT ${MOMENT('n')} AS at) AS t`;

const PHONE_LIMITS = `
INSERT INTO phone_limits (phone_key, cooldown_step, last_send_at, next_send_at, sends, guesses, updated_at)
SELECT ${NUMBER('n')}, 0, t.at, t.at + interval '30 seconds', ARRAY[t.at], ARRAY[t.at], t.at
FROM generate_series($4::int, $5::int) AS n CROSS JOIN LATERAL (SELECT ${MOMENT('n')} AS at) AS t`;

/** One counter per number, as if each number had its own prefix: the worst case. */
const COUNTERS = `
INSERT INTO limit_counters (limit_name, key, window_seconds, slots, counts, updated_at)
SELECT 'send-per-prefix', ${NUMBER('n')}, 3600, ARRAY[slot_of(t.at, 3600)], ARRAY[1], t.at
FROM generate_series($4::int, $5::int) AS n CROSS JOIN LATERAL (SELECT ${MOMENT('n')} AS at) AS t`;

/**
 * Fills a migrated database with old verifications, timelines, users, cool-downs and counters.
 * @param sizes `verifications`, `users` (default: half), `daysAgo` of the oldest, and the `days` that they
 *   cover
 * @param onProgress receives a line of progress per table
 */
export async function loadHistory(url, sizes, onProgress = () => undefined) {
  const { verifications, users = Math.ceil(verifications / 2), daysAgo = DAYS_KEPT } = sizes;
  const { days = daysAgo } = sizes;
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    await db.query('SET synchronous_commit = off');
    // Skips the foreign key checks: the referenced rows exist.
    await db.query('SET session_replication_role = replica');
    await db.query(`SET maintenance_work_mem = '512MB'`);
    const fill = async (name, sql, count, ...more) => {
      const started = performance.now();
      await withoutIndexes(db, name, async () => {
        for (let first = 0; first < count; first += BATCH) {
          const last = Math.min(first + BATCH, count) - 1;
          await db.query(sql, [count, daysAgo, days, first, last, ...more]);
        }
      });
      onProgress(
        `${name}: ${count} rows in ${((performance.now() - started) / 1000).toFixed(0)} s`,
      );
    };
    await fill('verifications', VERIFICATIONS, verifications, Math.max(users, 1));
    await fill('verification_events', EVENTS, verifications);
    await fill('users', USERS, users);
    await fill('phone_limits', PHONE_LIMITS, users);
    await fill('limit_counters', COUNTERS, users);
    await db.query('VACUUM ANALYZE');
    await db.query('CHECKPOINT');
  } finally {
    await db.end();
  }
}

/** Drops all indexes but the primary key and rebuilds them after the inserts, which is faster. */
async function withoutIndexes(db, table, work) {
  const { rows: constraints } = await db.query(
    `SELECT quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
     WHERE conrelid = $1::regclass AND contype = 'u'`,
    [table],
  );
  for (const { name } of constraints)
    await db.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  const { rows: indexes } = await db.query(
    `SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid = $1::regclass AND NOT indisprimary`,
    [table],
  );
  for (const { name } of indexes) await db.query(`DROP INDEX ${name}`);
  await work();
  for (const { definition } of indexes) await db.query(definition);
  for (const { name, definition } of constraints) {
    await db.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
  }
}
