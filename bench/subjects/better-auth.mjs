/**
 * The phone-number plugin of Better Auth as documented: it makes its own codes and creates the user at the
 * first verification, here without a session. Its rate limits count in memory, the default, and do not
 * refuse.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { phoneNumber } from 'better-auth/plugins';
import pg from 'pg';
import { Pool } from 'undici';

const { DATABASE_URL, PROVIDER_URL, POOL_MAX, PROVIDER_CONNECTIONS } = process.env;
const HIGH = { window: 60, max: 999_999_999 };

const provider = new Pool(PROVIDER_URL, { connections: Number(PROVIDER_CONNECTIONS) });

const options = {
  baseURL: 'http://127.0.0.1',
  secret: randomBytes(32).toString('hex'),
  database: new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL_MAX) }),
  rateLimit: { ...HIGH, customRules: { '/phone-number/*': HIGH } },
  telemetry: { enabled: false },
  plugins: [
    phoneNumber({
      sendOTP: send,
      signUpOnVerification: {
        getTempEmail: (number) => `${number.slice(1)}@example.com`,
        getTempName: (number) => number,
      },
    }),
  ],
};

async function send({ phoneNumber: number, code }) {
  const { statusCode, body } = await provider.request({
    method: 'POST',
    path: '/xms/v1/bench/batches',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: [number], body: `Your code is ${code}` }),
  });
  await body.dump();
  if (statusCode !== 201) throw new Error('The message was not sent');
}

const { runMigrations } = await getMigrations(options);
await runMigrations();
const server = createServer(toNodeHandler(betterAuth(options)));
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
