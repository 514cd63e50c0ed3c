import type { Router } from 'express';
import type { Config } from '../config/config.js';
import type { ProviderAccounts } from '../config/provider-record.js';
import type { Database } from '../database/database.js';
import type { Logger } from '../observability/logger.js';

/** Resources of the operator's command line. */
export interface CommandResources {
  config: Config;
  logger: Logger;
  db: Database;
}

/** Resources of the service. */
export interface Resources extends CommandResources {
  /** Accounts from the configuration, or those of the simulators. */
  accounts: ProviderAccounts;
  /** PKCS #8 PEM, configured or generated. */
  proofKeys: string;
  /** Secrets for our own codes: the first signs, all verify. */
  otpSecrets: readonly string[];
  /** Overrides the configured secrets that encrypt TOTP secrets. */
  accountSecrets?: readonly string[] | undefined;
  /** The inbox of the simulated phones; development only. */
  developmentRouter?: Router | undefined;
  /** The publishable key of the demo page; development with `CALLERS=keys` only. */
  demoKey?: string | undefined;
}
