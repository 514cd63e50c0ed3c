import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { accountRecordsOf, simulatedAccounts } from '../config/accounts.js';
import type { Config } from '../config/config.js';
import type { ProviderAccounts } from '../config/provider-record.js';
import { usedProviders } from '../config/provider-routes.js';
import { readSimulatorEnv } from '../config/simulator-env.js';
import { newApiKey } from '../domain/api-key.js';
import { startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
import { applyFunctions, applyMigrations } from '../database/migrator.js';
import type { Logger } from '../observability/logger.js';
import { inboxRouter } from './simulator/inbox.js';
import { startSimulator, type RunningSimulator } from './simulator/start-simulator.js';
import { WebhookInbox, webhookInboxRouter } from './simulator/webhooks.js';
import type { ApiKeyService } from '../services/applications/api-key.service.js';
import type { WebhookEndpointService } from '../services/webhooks/endpoint.service.js';

// The same path from src/ and dist/, whatever the working directory.
const DATA_DIRECTORY = join(import.meta.dirname, '../..', '.data');

/** The endpoint that shows the events of every application at `/simulator/webhooks`. */
const ENDPOINT_ID = 'we_simulator';

/** Services that development prepares with its own endpoint and key. */
interface DevelopmentServices {
  webhooks: { endpoints: WebhookEndpointService };
  apiKeys: ApiKeyService;
}

export interface DevelopmentEnvironment {
  databaseUrl: string;
  accounts: ProviderAccounts;
  proofKeys: string;
  otpSecrets: readonly string[];
  accountSecrets: readonly string[];
  developmentRouter: Router;
  demoKey: string | undefined;
  /** Must be called with the service's URL once it listens. */
  listening(url: string, services: DevelopmentServices): Promise<void>;
  welcome(url: string): string[];
}

/**
 * Provides whatever is not configured: a migrated Postgres in `.data/`, provider simulators on
 * loopback, keys and secrets. Never loaded in production.
 */
export async function startDevelopment(
  config: Config,
  logger: Logger,
  onStop: (step: () => unknown) => void,
): Promise<DevelopmentEnvironment> {
  const database = await provideDatabase(config);
  onStop(() => database.stop());
  const { connectTimeoutMs } = config.database;
  const applied = await applyMigrations(database.url, { connectTimeoutMs });
  if (applied.length > 0) logger.info('database.migrated', { names: applied });
  await applyFunctions(database.url, { connectTimeoutMs });
  const providers = await provideAccounts(config);
  onStop(() => providers.stop());
  const inbox = new WebhookInbox();
  const developmentRouter = Router().use(webhookInboxRouter(inbox));
  if (providers.router) developmentRouter.use(providers.router);
  const needsKey = config.callers === 'keys';
  const demoKey = needsKey ? readOrCreate('demo-key', () => newApiKey('publishable')) : undefined;
  return {
    databaseUrl: database.url,
    accounts: providers.accounts,
    proofKeys: config.proof.privateKeys ?? readOrCreate('proof-key.pem', newProofKey),
    otpSecrets: config.otp.secrets.length > 0 ? config.otp.secrets : developmentOtpSecrets(),
    accountSecrets:
      config.auth.secrets.length > 0 || !config.auth.enabled
        ? config.auth.secrets
        : [readOrCreate('account-secret', newSecret)],
    developmentRouter,
    demoKey,
    listening: async (url, { webhooks, apiKeys }) => {
      await providers.listening(url);
      if (demoKey !== undefined) await apiKeys.putDevelopment(demoKey, originsOf(url));
      if (!config.webhooks.allowPrivate) return;
      await webhooks.endpoints.putDevelopment(
        ENDPOINT_ID,
        `${url}/simulator/webhooks`,
        inbox.secret,
      );
    },
    welcome: (url) => welcome(url, providers.router !== undefined, needsKey),
  };
}

/** The generated secrets of this checkout, also for its command line. */
export function developmentOtpSecrets(): string[] {
  return [readOrCreate('otp-secret', newSecret)];
}

async function provideDatabase(config: Config): Promise<{ url: string; stop(): Promise<void> }> {
  if (config.database.url !== undefined) {
    return { url: config.database.url, stop: () => Promise.resolve() };
  }
  return startEmbeddedPostgres({ dataDirectory: join(DATA_DIRECTORY, 'postgres') });
}

interface SimulatedProviders {
  accounts: ProviderAccounts;
  router?: Router;
  listening(url: string): Promise<void>;
  stop(): Promise<void>;
}

const noop = () => Promise.resolve();

async function provideAccounts(config: Config): Promise<SimulatedProviders> {
  const used = accountRecordsOf(usedProviders(config.routes), config.smsSender);
  const missing = used.filter(({ name }) => config.accounts[name] === undefined);
  if (missing.length === 0) return { accounts: config.accounts, listening: noop, stop: noop };
  const simulator = await startSimulator({ ...readSimulatorEnv({}), port: 0 });
  const simulated = simulatedAccounts(simulator.url);
  const isMissing = (name: string) => missing.some((record) => record.name === name);
  const filled = Object.entries(simulated).filter(([name]) => isMissing(name));
  return {
    accounts: { ...config.accounts, ...Object.fromEntries(filled) },
    router: inboxRouter(simulator.inbox),
    listening: (url) => registerCallbackUrl(simulator, url + config.basePath),
    stop: () => simulator.close(),
  };
}

/** Lets the simulator report deliveries, as an operator configures it in Sinch's dashboard. */
async function registerCallbackUrl(simulator: RunningSimulator, url: string): Promise<void> {
  const sinchVerification = { callbackUrl: `${url}/callbacks/sinch/verification` };
  const body = JSON.stringify({ sinchVerification });
  await fetch(`${simulator.url}/simulator/control`, { method: 'PUT', body });
}

/**
 * Persists the value, so that tokens stay valid after a restart and in other processes of this
 * checkout.
 */
function readOrCreate(name: string, make: () => string): string {
  const path = join(DATA_DIRECTORY, name);
  mkdirSync(DATA_DIRECTORY, { recursive: true });
  if (existsSync(path)) return readFileSync(path, 'utf8');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, make(), { mode: 0o600 });
  try {
    // Creates the file atomically; with concurrent starts, the first process wins.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8');
}

/** The origins of the service in a browser on this machine. */
function originsOf(url: string): string[] {
  const ofHost = (hostname: string) => Object.assign(new URL(url), { hostname }).origin;
  return [...new Set([new URL(url).origin, ofHost('localhost'), ofHost('127.0.0.1')])];
}

function newProofKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

function newSecret(): string {
  return randomBytes(32).toString('hex');
}

function welcome(url: string, simulated: boolean, needsKey: boolean): string[] {
  const key = needsKey ? `-H "Authorization: Bearer $KEY" ` : '';
  const post = `-w '\\n' ${key}-H 'Content-Type: application/json'`;
  const phonesLine = simulated ? `  Simulated phones  ${url}/simulator` : undefined;
  const code = simulated ? `'"$(${newestCode(`${url}/simulator/inbox?to=%2B14155552671`)})"'` : '…';
  const lines = [
    '',
    '  Proofline is ready.',
    '',
    `  Demo page         ${url}/`,
    phonesLine,
    `  Webhooks          ${url}/simulator/webhooks`,
    `  API reference     ${url}/docs`,
    '',
    `  ${needsKey ? 'Create a key, request' : 'Request'} a code, then verify it:`,
    '',
    needsKey ? '  KEY=$(npx proofline keys create --app default --secret)' : undefined,
    `  curl -s ${url}/request-otp ${post} -d '{"phoneNumber":"+14155552671"}'`,
    `  curl -s ${url}/verify-otp ${post} -d '{"phoneNumber":"+14155552671","code":"${code}"}'`,
    '',
    '  Press Ctrl-C to stop.',
    '',
  ];
  return lines.filter((line) => line !== undefined);
}

/** The first code of the inbox, which lists the newest message first. For any POSIX shell, without jq. */
function newestCode(inboxUrl: string): string {
  return `curl -s '${inboxUrl}' | grep -o '"code":"[^"]*"' | head -n 1 | cut -d '"' -f 4`;
}
