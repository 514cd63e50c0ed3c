import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Router } from 'express';
import type { Config, SinchVerificationConfig } from './config/config.js';
import {
  DEVELOPMENT_SINCH_APPLICATION_KEY,
  DEVELOPMENT_SINCH_APPLICATION_SECRET,
} from './config/development-defaults.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { applyMigrations } from './database/migrator.js';
import type { Logger } from './observability/logger.js';
import { inboxRouter } from './simulator/inbox.js';
import { startSimulator } from './simulator/start-simulator.js';

// Beside src/ and dist/ alike, wherever the process was started.
const DATA_DIRECTORY = join(import.meta.dirname, '..', '.data');

export interface DevelopmentSurroundings {
  databaseUrl: string;
  sinchVerification: SinchVerificationConfig;
  proofKeys: string;
  developmentRouter?: Router;
  welcome(url: string): string[];
}

/**
 * Fills in whatever a newcomer has not configured: a real Postgres in `.data/`, up to date; a Sinch simulator
 * on loopback with its simulated phones; a signing key. Never loaded in production.
 */
export async function startDevelopment(
  config: Config,
  logger: Logger,
  onStop: (step: () => unknown) => void,
): Promise<DevelopmentSurroundings> {
  const database = await provideDatabase(config);
  onStop(() => database.stop());
  const applied = await applyMigrations(database.url);
  if (applied.length > 0) logger.info('database.migrated', { names: applied });
  const sinch = await provideSinch(config);
  onStop(() => sinch.stop());
  return {
    databaseUrl: database.url,
    sinchVerification: sinch.credentials,
    proofKeys: config.proof.privateKeys ?? provideProofKey(),
    ...(sinch.router && { developmentRouter: sinch.router }),
    welcome: (url) => welcome(url, sinch.router !== undefined),
  };
}

async function provideDatabase(config: Config): Promise<{ url: string; stop(): Promise<void> }> {
  if (config.database.url !== undefined) {
    return { url: config.database.url, stop: () => Promise.resolve() };
  }
  return startEmbeddedPostgres({ dataDirectory: join(DATA_DIRECTORY, 'postgres') });
}

async function provideSinch(
  config: Config,
): Promise<{ credentials: SinchVerificationConfig; router?: Router; stop(): Promise<void> }> {
  if (config.sinchVerification) {
    return { credentials: config.sinchVerification, stop: () => Promise.resolve() };
  }
  const application = {
    applicationKey: DEVELOPMENT_SINCH_APPLICATION_KEY,
    applicationSecret: DEVELOPMENT_SINCH_APPLICATION_SECRET,
  };
  const simulator = await startSimulator({ ...application, nodeEnv: config.environment });
  return {
    credentials: { ...application, url: simulator.url, auth: 'application' },
    router: inboxRouter(simulator.inbox),
    stop: () => simulator.close(),
  };
}

/** Kept, so that proofs signed before a restart stay valid. */
function provideProofKey(): string {
  const path = join(DATA_DIRECTORY, 'proof-key.pem');
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    mkdirSync(DATA_DIRECTORY, { recursive: true });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(path, pem, { mode: 0o600 });
  }
  return readFileSync(path, 'utf8');
}

function welcome(url: string, simulated: boolean): string[] {
  const json = `-H 'Content-Type: application/json'`;
  return [
    '',
    '  Proofline is ready.',
    '',
    `  Demo page         ${url}/`,
    ...(simulated ? [`  Simulated phones  ${url}/simulator`] : []),
    `  API reference     ${url}/docs`,
    '',
    '  Ask for a code, then check it:',
    '',
    `  curl -s ${url}/request-otp ${json} -d '{"phoneNumber":"+14155552671"}'`,
    ...(simulated
      ? [
          `  curl -s ${url}/verify-otp ${json} -d '{"phoneNumber":"+14155552671","code":"'$(curl -s '${url}/simulator/inbox?to=%2B14155552671' | sed -E 's/.*"code":"([^"]*)".*/\\1/;q')'"}'`,
        ]
      : [`  curl -s ${url}/verify-otp ${json} -d '{"phoneNumber":"+14155552671","code":"…"}'`]),
    '',
    '  Stop with Ctrl-C.',
    '',
  ];
}
