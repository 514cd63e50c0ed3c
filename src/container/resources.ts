import type { Router } from 'express';
import type { Config, ProviderAccounts } from '../config/config.js';
import type { Database } from '../database/database.js';
import type { Logger } from '../observability/logger.js';

/** What a command of the operator needs. */
export interface CommandResources {
  config: Config;
  logger: Logger;
  db: Database;
}

/** What the service needs: the outside world, already started. */
export interface Resources extends CommandResources {
  /** Those of the configuration, or of the simulators. */
  accounts: ProviderAccounts;
  /** PKCS #8 PEM: those of the configuration, or the generated one. */
  proofKeys: string;
  /** Secrets of our own codes: the first signs, all verify. */
  otpSecrets: readonly string[];
  /** Secrets that encrypt TOTP secrets, where they are not those of the configuration. */
  accountSecrets?: readonly string[] | undefined;
  /** The inbox of the simulated phones; development only. */
  developmentRouter?: Router | undefined;
}
