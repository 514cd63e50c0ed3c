import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { applyMigrations } from '../../dist/database/migrator.js';
import { loadHistory } from './history.mjs';
import { versionOf } from './machine.mjs';
import { COUNTRIES } from './numbers.mjs';
import { startServer } from './processes.mjs';

/** Connections to Postgres of each process, the default of the service. */
export const POOL_MAX = 10;
/** Limits that count everything and refuse nothing. */
const HIGH = 999_999_999;

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/**
 * Starts the built service as in production.
 * @param setUp besides what every subject gets: `processes` that share the database, `history`, sizes that it is filled with
 *   before, and `purges`, whether retention deletes while it is measured
 */
export async function startProofline({ name, home, processes = 1, history, purges, ...given }) {
  await applyMigrations(given.databaseUrl);
  if (history) await loadHistory(given.databaseUrl, history);
  const { flags, variables } = imageOn(given.node);
  const environment = { ...variables, ...production(given) };
  const server = { script: path('dist/server.js'), environment, home, node: given.node, flags };
  const started = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      startServer({ name: `${name}-${i + 1}`, ...server }),
    ),
  );
  return { processes: started, ...(purges && { background: () => startPurge(environment) }) };
}

/**
 * How the image starts it, whose Node would let its heap grow by a hundred megabytes. What Node 20 takes is left to it.
 */
function imageOn(node) {
  const [major] = versionOf(node).slice(1).split('.').map(Number);
  if (major < 24) return { flags: [], variables: {} };
  const dockerfile = readFileSync(path('Dockerfile'), 'utf8');
  const [, variables] = /^ENV (.*)$/m.exec(dockerfile);
  const [, command] = /^CMD (.*)$/m.exec(dockerfile);
  return {
    flags: JSON.parse(command).slice(1, -1),
    variables: Object.fromEntries(variables.split(' ').map((one) => one.split('='))),
  };
}

/** What an hourly round of retention does, in a process of its own; the returned function ends it, which must be before it is done. */
function startPurge(environment) {
  const child = spawn(process.execPath, [path('dist/cli/main.js'), 'purge'], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  return async () => {
    if (child.exitCode !== null) throw new Error('Retention was done too early: give it more rows');
    child.kill('SIGKILL');
    await ended;
  };
}

/**
 * Everything on that is on in production. The limits of addresses, prefixes, countries and in total count but do not
 * refuse; those of a number are the defaults, as no number comes twice.
 */
function production({ databaseUrl, providerUrl, calls }) {
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
    PROVIDER_MAX_CONCURRENT: String(calls),
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
