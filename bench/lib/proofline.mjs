import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { applyMigrations } from '../../dist/database/migrator.js';
import { loadHistory } from './history.mjs';
import { versionOf } from './machine.mjs';
import { COUNTRIES } from './numbers.mjs';
import { startServer } from './processes.mjs';

/** Postgres connections per process, the default of the service. */
export const POOL_MAX = 10;
const APPLICATION = 'bench';
/** A quota that counts but never refuses. */
const HIGH = 999_999_999;

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/**
 * Starts the built service as in production.
 * @param setUp what every subject gets, `processes` on one database, the `history` to load before,
 *   `purges`: whether retention deletes during the measurement, `keys`: whether each request needs one, and
 *   `webhook`: whether an endpoint receives the events
 */
export async function startProofline({ name, home, processes = 1, history, purges, ...given }) {
  await applyMigrations(given.databaseUrl);
  if (history) await loadHistory(given.databaseUrl, history);
  const { flags, variables } = imageOn(given.node);
  const environment = { ...variables, ...production(given) };
  if (given.webhook) {
    const url = `${given.providerUrl}/events`;
    await command(environment, 'webhooks', 'create', url, '--app', 'default');
  }
  const headers = given.keys ? await createKey(environment) : undefined;
  const server = { script: path('dist/server.js'), environment, home, node: given.node, flags };
  const started = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      startServer({ name: `${name}-${i + 1}`, ...server }),
    ),
  );
  return {
    processes: started,
    headers,
    ...(purges && { background: () => startPurge(environment) }),
  };
}

/** Creates an application with a secret key and returns the headers that carry it. */
async function createKey(environment) {
  await command(environment, 'apps', 'create', APPLICATION);
  const { key } = await command(environment, 'keys', 'create', '--app', APPLICATION, '--secret');
  return { authorization: `Bearer ${key}` };
}

async function command(environment, ...words) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path('dist/cli/main.js'), ...words, '--json'],
    { env: { PATH: process.env.PATH, ...environment } },
  );
  return JSON.parse(stdout);
}

/** Flags and variables of the image. They are for Node 24; Node 20 runs with its defaults. */
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

/** Starts retention in its own process. The returned function kills it and throws if it has finished. */
function startPurge(environment) {
  const child = spawn(process.execPath, [path('dist/cli/main.js'), 'purge'], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  return async () => {
    if (child.exitCode !== null)
      throw new Error('Retention finished before the measurement: pass more rows');
    child.kill('SIGKILL');
    await ended;
  };
}

/**
 * Production settings. The shared limits count but do not refuse. The limits of a number keep their defaults,
 * because no number repeats.
 */
function production({ databaseUrl, providerUrl, calls, keys }) {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    NODE_ENV: 'production',
    CALLERS: keys ? 'keys' : 'open',
    WEBHOOK_ALLOW_PRIVATE: 'true',
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
    LIMIT_SEND_PER_APPLICATION: `${HIGH}/24h`,
    LIMIT_SEND_TO_VERIFIED: `${HIGH}/24h`,
    SHUTDOWN_DELAY_MS: '0',
  };
}
