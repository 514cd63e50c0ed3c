import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { applyMigrations } from '../../dist/database/migrator.js';
import { COUNTRIES } from './numbers.mjs';
import { startServer } from './processes.mjs';

/** Connections to Postgres of each subject, the default of the service. */
const POOL_MAX = 10;
/** Calls to a provider at once, the default of the service. */
const PROVIDER_CALLS = 50;
/** Limits that count everything and refuse nothing. */
const HIGH = 999_999_999;

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const COUNT_BOTH = `
SELECT (SELECT count(*) FROM verifications WHERE status = 'verified')::int AS verifications,
  (SELECT count(*) FROM users)::int AS users`;

/** What is compared. Each starts on an empty database of its own; `count` tells afterwards what is in it. */
export const SUBJECTS = {
  floor: {
    dialect: 'plain',
    count: COUNT_BOTH,
    start: (surroundings) => startSubject('bench/subjects/floor.mjs', surroundings),
  },
  proofline: { dialect: 'proofline', count: COUNT_BOTH, start: startProofline },
  'better-auth': {
    dialect: 'better-auth',
    // Of its verifications none is left: it deletes them.
    count: 'SELECT count(*)::int AS users FROM "user" WHERE "phoneNumberVerified"',
    start: (surroundings) => startSubject('bench/subjects/better-auth.mjs', surroundings),
  },
  tutorial: {
    dialect: 'plain',
    count: `SELECT (SELECT count(*) FROM verifications WHERE status = 'verified')::int AS verifications,
      (SELECT count(*) FROM users WHERE "isVerified")::int AS users`,
    start: (surroundings) => startSubject('bench/subjects/tutorial.mjs', surroundings),
  },
};

/** @param processes how many of them share the database */
async function startProofline({ databaseUrl, providerUrl, clients, home, name, processes = 1 }) {
  await applyMigrations(databaseUrl);
  const environment = production({ databaseUrl, providerUrl, clients });
  const script = path('dist/server.js');
  return Promise.all(
    Array.from({ length: processes }, (_, i) =>
      startServer({ name: `${name}-${i + 1}`, script, environment, home }),
    ),
  );
}

async function startSubject(script, { databaseUrl, providerUrl, clients, home, name }) {
  const environment = {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    PROVIDER_URL: providerUrl,
    POOL_MAX: String(POOL_MAX),
    PROVIDER_CONNECTIONS: String(Math.max(PROVIDER_CALLS, clients)),
  };
  return [await startServer({ name, script: path(script), environment, home })];
}

/** Everything on that is on in production; the limits of addresses, prefixes, countries and in total count but do not refuse. */
function production({ databaseUrl, providerUrl, clients }) {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    DB_POOL_MAX: String(POOL_MAX),
    METRICS_TOKEN: randomBytes(16).toString('hex'),
    SINCH_APPLICATION_KEY: 'bench',
    SINCH_APPLICATION_SECRET: randomBytes(32).toString('base64'),
    SINCH_VERIFICATION_URL: providerUrl,
    PROVIDER_ALLOW_LOOPBACK: 'true',
    PROVIDER_MAX_CONCURRENT: String(Math.max(PROVIDER_CALLS, clients)),
    OTP_SECRET: randomBytes(32).toString('hex'),
    OTP_COUNTRIES: COUNTRIES.join(','),
    PROOF_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    LIMIT_SEND_PER_IP: `${HIGH}/1h`,
    LIMIT_CHECK_PER_IP: `${HIGH}/1h`,
    LIMIT_SEND_PER_PREFIX: `${HIGH}/1h`,
    LIMIT_SEND_PER_COUNTRY: `${HIGH}/24h`,
    LIMIT_SEND_TOTAL: `${HIGH}/24h`,
    SHUTDOWN_DELAY_MS: '0',
  };
}
