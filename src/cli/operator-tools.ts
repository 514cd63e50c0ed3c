import { join } from 'node:path';
import { sweep } from '../services/operations/background-work.js';
import type { Command } from './command.js';
import { withLockWatch } from './lock-watch.js';
import type { OperatorTools } from './tools.js';
import type { Config } from '../config/config.js';
import { loadCommandConfig, loadConfig, readEnvironment } from '../config/load.js';
import { createPersistence } from '../container/persistence.js';
import { createWebhooks } from '../container/webhooks.js';
import { LONG_TIMEOUTS } from '../database/connection.js';
import { Database } from '../database/database.js';
import { WAKING_MS } from '../database/reach-database.js';
import type { Logger } from '../observability/logger.js';

/**
 * Runs `work` with the configured database, or with the embedded one in development, and closes it
 * afterwards.
 * @throws ConfigError; LockedError
 */
export async function withOperatorTools<T>(
  logger: Logger,
  needs: Command['needs'],
  work: (tools: OperatorTools) => Promise<T>,
): Promise<T> {
  const load = needs === 'service' ? loadConfig : loadCommandConfig;
  const config = load(readEnvironment());
  for (const outcome of config.warnings) logger.warn('config.unknown_variable', { outcome });
  const database = await openDatabase(config);
  const { connectTimeoutMs, prepare } = config.database;
  const timeouts = LONG_TIMEOUTS;
  const db = new Database({ url: database.url, poolMax: 2, prepare, timeouts, connectTimeoutMs });
  try {
    await db.refuseUnsupported(WAKING_MS);
    const { background, ...tools } = createPersistence({ config, logger, db });
    const otpSecrets = await otpSecretsOf(config);
    const all = {
      ...tools,
      webhooks: createWebhooks({ ...tools, config, logger, otpSecrets }).endpoints,
      purge: () => background.maintenance.purge(),
      sweep: () => sweep(background),
    };
    return await withLockWatch(database.url, db, () => work(all));
  } finally {
    await db.close();
    await database.stop();
  }
}

async function openDatabase({ database }: Config): Promise<{ url: string; stop(): Promise<void> }> {
  if (database.url !== undefined) return { url: database.url, stop: () => Promise.resolve() };
  // Dynamic: production images do not contain this module.
  const { startEmbeddedPostgres } =
    await import('../development/embedded-postgres/embedded-postgres.js');
  const embedded = await startEmbeddedPostgres({
    dataDirectory: join(import.meta.dirname, '../..', '.data', 'postgres'),
  });
  // As `npm start` does, so that a command may be the first thing that runs in a checkout.
  const { applyFunctions, applyMigrations } = await import('../database/migrator.js');
  await applyMigrations(embedded.url);
  await applyFunctions(embedded.url);
  return embedded;
}

/** The configured secrets, or the one that development generates. */
async function otpSecretsOf({ environment, otp }: Config): Promise<readonly string[]> {
  if (otp.secrets.length > 0 || environment === 'production') return otp.secrets;
  // Dynamic: production images do not contain this module.
  const { developmentOtpSecrets } = await import('../development/start.js');
  return developmentOtpSecrets();
}
