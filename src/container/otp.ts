import type { Config } from '../config/config.js';
import { OtpController } from '../controllers/otp.controller.js';
import { ProofController } from '../controllers/proof.controller.js';
import { VerificationController } from '../controllers/verification.controller.js';
import type { Logger } from '../observability/logger.js';
import { NumberPolicy } from '../services/limits/number-policy.js';
import { CheckCode } from '../services/otp/check-code.js';
import { LostChecks } from '../services/otp/lost-checks.js';
import { OtpService } from '../services/otp/otp.service.js';
import { Resend } from '../services/otp/resend.js';
import { SendCode } from '../services/otp/send-code.js';
import { VerificationService } from '../services/otp/verification.service.js';
import { ProofService } from '../services/proofs/proof.service.js';
import type { ProviderRegistry } from '../services/providers/registry.js';
import type { Persistence } from './persistence.js';

export interface OtpResources extends Persistence {
  config: Config;
  logger: Logger;
  /** PKCS #8 PEM. */
  proofKeys: string;
  providers: ProviderRegistry;
}

/** Creates the services of codes and proofs, and their controllers. */
export async function createOtp(resources: OtpResources) {
  const { config, logger, statements, proofKeys } = resources;
  const { records, attempts, timelines, providers } = resources;
  const proofs = await ProofService.create({ ...config.proof, privateKeys: proofKeys }, statements);
  const numbers = new NumberPolicy(config.otp, logger);
  const rules = { ...config.otp, providerTimeoutMs: config.providerTimeoutMs };
  const deps = { records, attempts, providers, numbers, logger, rules };
  const sendCode = new SendCode(deps);
  const lostChecks = new LostChecks(attempts, proofKeys);
  const checkCode = new CheckCode({ ...deps, lostChecks });
  const resend = new Resend(deps);
  const otp = new OtpService({ ...deps, sendCode, checkCode, proofs });
  const verifications = new VerificationService({ ...deps, resend, timelines });
  return {
    sendCode,
    checkCode,
    resend,
    proofs,
    numbers,
    controllers: {
      otp: new OtpController(otp),
      verification: new VerificationController(verifications),
      proof: new ProofController(proofs),
    },
  };
}
