/**
 * The floor: the minimum of a verification. Four statements (row, sent, guarded attempt, success with its
 * user) and two provider calls, on node:http, pg with named statements and undici. It has no limits, events,
 * log, metrics, signature or validation beyond JSON.parse.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { Pool } from 'undici';

const { DATABASE_URL, PROVIDER_URL, POOL_MAX, PROVIDER_CONNECTIONS } = process.env;
const TTL_SECONDS = 300;
const MAX_ATTEMPTS = 5;

const db = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL_MAX) });
const provider = new Pool(PROVIDER_URL, { connections: Number(PROVIDER_CONNECTIONS) });

const TABLES = `
CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  phone_number text NOT NULL UNIQUE,
  verified_at timestamptz NOT NULL
);
CREATE TABLE verifications (
  id uuid PRIMARY KEY,
  phone_number text NOT NULL,
  status text NOT NULL,
  provider_reference text,
  attempts integer NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL,
  verified_at timestamptz
)`;

const OPEN = `
INSERT INTO verifications (id, phone_number, status, expires_at)
VALUES ($1, $2, 'sending', now() + make_interval(secs => $3::int))`;
const MARK_SENT = `
UPDATE verifications SET status = 'pending', provider_reference = $2 WHERE id = $1 AND status = 'sending'
RETURNING expires_at`;
const TAKE_ATTEMPT = `
UPDATE verifications SET attempts = attempts + 1
WHERE id = $1 AND status = 'pending' AND expires_at > now() AND attempts < $2::int
RETURNING provider_reference`;
const MARK_VERIFIED = `
WITH v AS (
  UPDATE verifications SET status = 'verified', verified_at = now() WHERE id = $1 AND status = 'pending'
  RETURNING phone_number, verified_at
), u AS (
  INSERT INTO users (phone_number, verified_at) SELECT phone_number, verified_at FROM v
  ON CONFLICT (phone_number) DO UPDATE SET verified_at = excluded.verified_at
)
SELECT * FROM v`;

const run = (name, text, values) => db.query({ name, text, values });

async function request({ phoneNumber }) {
  const id = randomUUID();
  await run('open', OPEN, [id, phoneNumber, TTL_SECONDS]);
  const started = await call('POST', '/verification/v1/verifications', {
    identity: { type: 'number', endpoint: phoneNumber },
    method: 'sms',
    reference: id,
  });
  const { rows } = await run('sent', MARK_SENT, [id, started.id]);
  const [{ expires_at: expiresAt }] = rows;
  return [200, { verificationId: id, phoneNumber, status: 'pending', expiresAt }];
}

async function verify({ verificationId, code }) {
  const { rows } = await run('attempt', TAKE_ATTEMPT, [verificationId, MAX_ATTEMPTS]);
  if (rows.length === 0) return [410, { status: 'gone' }];
  const path = `/verification/v1/verifications/id/${rows[0].provider_reference}`;
  const { status } = await call('PUT', path, { method: 'sms', sms: { code } });
  if (status !== 'SUCCESSFUL') return [401, { status: 'denied' }];
  const [done] = (await run('verified', MARK_VERIFIED, [verificationId])).rows;
  if (!done) return [409, { status: 'done before' }];
  const { phone_number: phoneNumber, verified_at: verifiedAt } = done;
  return [200, { verificationId, phoneNumber, status: 'verified', verifiedAt }];
}

async function call(method, path, value) {
  const { body } = await provider.request({
    method,
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
  return body.json();
}

const ROUTES = { '/request-otp': request, '/verify-otp': verify };

const server = createServer((req, res) => {
  let text = '';
  req.setEncoding('utf8').on('data', (piece) => (text += piece));
  req.on('end', () => {
    ROUTES[req.url](JSON.parse(text)).then(
      ([status, value]) => reply(res, status, value),
      (error) => reply(res, 500, { status: 'failed', reason: error.message }),
    );
  });
});

function reply(res, status, value) {
  const text = JSON.stringify(value);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}

await db.query(TABLES);
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
