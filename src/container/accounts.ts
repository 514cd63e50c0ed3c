import type { Config } from '../config/config.js';
import { AccountController } from '../controllers/account.controller.js';
import { FactorController } from '../controllers/factor.controller.js';
import { LoginController } from '../controllers/login.controller.js';
import type { Statements } from '../database/statements.js';
import { bearer } from '../middlewares/bearer.js';
import { failedAttemptLimit } from '../middlewares/failed-attempt-limit.js';
import type { Logger } from '../observability/logger.js';
import { accountRoutes } from '../routes/account.routes.js';
import { factorRoutes } from '../routes/factor.routes.js';
import { loginRoutes } from '../routes/login.routes.js';
import type { Route } from '../routes/route.js';
import { AccessTokens } from '../services/accounts/access-tokens.js';
import { AccountProofs } from '../services/accounts/account-proofs.js';
import { AccountRecordService } from '../services/accounts/records.service.js';
import { AccountService } from '../services/accounts/account.service.js';
import { BackupCodeService } from '../services/accounts/backup-code.service.js';
import {
  CredentialLimitService,
  type ConsumedAttempt,
} from '../services/accounts/credential-limit.service.js';
import { FactorService } from '../services/accounts/factor.service.js';
import { LoginService } from '../services/accounts/login.service.js';
import type { NumberPolicy } from '../services/limits/number-policy.js';
import { Hasher } from '../services/accounts/password/hashing.js';
import { PendingLoginService } from '../services/accounts/pending-login.service.js';
import type { ProofService } from '../services/proofs/proof.service.js';
import type { CheckCode } from '../services/otp/check-code.js';
import type { Resend } from '../services/otp/resend.js';
import type { SendCode } from '../services/otp/send-code.js';
import { SecondFactors } from '../services/accounts/second-factors.js';
import { SessionAuthenticator } from '../services/accounts/session-authenticator.js';
import { SessionService } from '../services/accounts/session.service.js';
import { SigningKeys } from '../services/proofs/signing-keys.js';
import { TotpService } from '../services/accounts/totp.service.js';
import { SecretBox } from '../domain/secret-box.js';
import type { VerificationRecordService } from '../services/verifications/records.service.js';

export interface AccountResources {
  config: Config;
  proofKeys: string;
  /** Overrides the configured secrets. The first encrypts, all decrypt. */
  accountSecrets?: readonly string[] | undefined;
  statements: Statements;
  logger: Logger;
  proofs: ProofService;
  records: VerificationRecordService;
  sendCode: SendCode;
  checkCode: CheckCode;
  resend: Resend;
  numbers: NumberPolicy;
}

/** Creates the account routes; none when accounts are disabled. */
export async function createAccounts(resources: AccountResources): Promise<Route[]> {
  const { config, statements, proofKeys } = resources;
  if (!config.auth.enabled) return [];
  const keys = await SigningKeys.create({ ...config.proof, privateKeys: proofKeys });
  const hasher = new Hasher();
  await hasher.warmUp();
  const shared = {
    ...resources,
    hasher,
    accounts: new AccountRecordService(statements),
    sessions: new SessionService(statements, config.auth),
    tokens: new AccessTokens(keys, config.auth.accessTtlSeconds),
    backupCodes: new BackupCodeService(statements, hasher),
    limits: limitsOf(resources),
    totp: new TotpService(
      statements,
      new SecretBox(resources.accountSecrets ?? config.auth.secrets),
      {
        brand: config.otp.message.brand,
        stepsBack: config.auth.totpStepsBack,
      },
    ),
    logins: new PendingLoginService(statements),
    brand: config.otp.message.brand,
    refusalStepMs: config.otp.verifyByPhoneStepMs,
  };
  const factors = new SecondFactors(shared);
  const { limits } = shared;
  const giveBack = (taken: ConsumedAttempt) => limits.refund(taken);
  const guards = {
    failedAttempts: [
      failedAttemptLimit({ take: (blocks) => limits.consume('auth-per-ip', blocks), giveBack }),
    ],
    hashing: [
      failedAttemptLimit({
        take: (blocks) => limits.consume('auth-per-ip', blocks, 'hash-per-ip'),
        giveBack,
      }),
    ],
    session: bearer(new SessionAuthenticator(shared.tokens, shared.sessions)),
  };
  const proofs = new AccountProofs(resources.proofs);
  return [
    ...accountRoutes(new AccountController(new AccountService({ ...shared, proofs })), guards),
    ...loginRoutes(new LoginController(new LoginService({ ...shared, factors })), guards),
    ...factorRoutes(new FactorController(new FactorService({ ...shared, factors })), guards),
  ];
}

function limitsOf({ config, statements }: AccountResources): CredentialLimitService {
  const { checkPerIp, loginPerAccount } = config.limits;
  return new CredentialLimitService(statements, {
    'auth-per-ip': checkPerIp,
    'hash-per-ip': checkPerIp,
    'password-per-phone': loginPerAccount,
    'factor-per-account': loginPerAccount,
    'new-factor-per-account': loginPerAccount,
  });
}
