import type { Router } from 'express';
import type { Sequelize } from 'sequelize';
import { HttpClient } from './clients/http-client.js';
import type { Config, SinchVerificationConfig } from './config/config.js';
import { HealthController } from './controllers/health.controller.js';
import { OtpController } from './controllers/otp.controller.js';
import { ProofController } from './controllers/proof.controller.js';
import { ipLimit } from './middlewares/ip-limit.js';
import type { Logger } from './observability/logger.js';
import { apiRoutes } from './routes/index.js';
import type { Route } from './routes/route.js';
import { HealthService } from './services/health.service.js';
import { OtpService } from './services/otp.service.js';
import { ProofService } from './services/proof.service.js';
import { ProviderSelector } from './services/verification/selector.js';
import { SinchVerificationService } from './services/verification/sinch-verification.service.js';
import { SINCH_VERIFICATION } from './services/verification/sinch-verification.wire.js';
import { VerificationRecordService } from './services/verification-record.service.js';

/** What must be there before anything else: the outside world, already started. */
export interface Resources {
  config: Config;
  logger: Logger;
  db: Sequelize;
  /** Credentials and address in force: those of the configuration, or the simulator's. */
  sinchVerification: SinchVerificationConfig;
  /** PKCS #8 PEM in force: those of the configuration, or the generated one. */
  proofKeys: string;
  /** The inbox of the simulated phones; development only. */
  developmentRouter?: Router | undefined;
}

export interface Container extends Resources {
  health: HealthService;
  routes: Route[];
  /** Gives back what this container opened; the resources are their opener's. */
  close(): void;
}

/** The only place where services, clients and controllers are made. */
export async function createContainer(resources: Resources): Promise<Container> {
  const { config, logger, db, sinchVerification } = resources;
  const sinchHttp = new HttpClient({
    provider: SINCH_VERIFICATION,
    baseUrl: sinchVerification.url,
    timeoutMs: config.providerTimeoutMs,
  });
  const providers = new ProviderSelector([new SinchVerificationService(sinchHttp, sinchVerification)]);
  const proofs = await ProofService.create({ ...config.proof, privateKeys: resources.proofKeys });
  const records = new VerificationRecordService(db, { ...config.otp, ...config.limits });
  const health = new HealthService(db);
  const otp = new OtpService({ records, providers, proofs, logger, rules: config.otp });

  const controllers = {
    otp: new OtpController(otp),
    proof: new ProofController(proofs),
    health: new HealthController(health),
  };
  const limits = {
    send: ipLimit('send-per-ip', config.limits.sendPerIp),
    check: ipLimit('check-per-ip', config.limits.checkPerIp),
  };
  return {
    ...resources,
    health,
    routes: apiRoutes(controllers, limits),
    close: () => sinchHttp.close(),
  };
}
