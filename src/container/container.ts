import type { Router } from 'express';
import type { BackgroundWork } from '../services/operations/background-work.js';
import type { RedisClient } from '../clients/redis-client.js';
import type { ProviderAccounts } from '../config/config.js';
import { createAccounts } from './accounts.js';
import { advise } from './advice.js';
import { bookkeeping, type Books } from './persistence.js';
import { createCallbacks } from './callbacks.js';
import { ProviderFactory } from './providers.js';
import { HealthController } from '../controllers/health.controller.js';
import { OtpController } from '../controllers/otp.controller.js';
import { ProofController } from '../controllers/proof.controller.js';
import { VerificationController } from '../controllers/verification.controller.js';
import { poolState } from '../database/pool-state.js';
import { databaseAnswers } from '../database/probe.js';
import type { Channel } from '../domain/verification.js';
import { ipLimit } from '../middlewares/ip-limit.js';
import { countingLogger } from '../observability/counting-logger.js';
import type { Logger } from '../observability/logger.js';
import { Metrics } from '../observability/metrics.js';
import { apiRoutes } from '../routes/index.js';
import type { Route } from '../routes/route.js';
import { CodeSteps, type CodeStepDependencies } from '../services/otp/code-steps.js';
import { HealthService } from '../services/operations/health.service.js';
import { NumberPolicy } from '../services/limits/number-policy.js';
import { OtpService, type OtpDependencies } from '../services/otp/otp.service.js';
import type { IdempotencyService } from '../services/verifications/idempotency.service.js';
import { ProofService } from '../services/proofs/proof.service.js';
import { ResendSteps } from '../services/otp/resend.js';
import {
  VerificationService,
  type VerificationDependencies,
} from '../services/otp/verification.service.js';
import { ProviderRegistry } from '../services/providers/registry.js';
import { TestNumberService } from '../services/providers/test-number/test-number.service.js';
import { VerificationAttemptService } from '../services/verifications/attempts.service.js';
import { PostgresCodeStore } from '../stores/postgres-code-store.js';
import { RedisCodeStore } from '../stores/redis-code-store.js';

/** What must be there before anything else: the outside world, already started. */
export interface Resources extends Books {
  /** Those in force: of the configuration, or of the simulators. */
  accounts: ProviderAccounts;
  /** PKCS #8 PEM in force: those of the configuration, or the generated one. */
  proofKeys: string;
  /** Secrets of our own codes in force: the first signs, all verify. */
  otpSecrets: readonly string[];
  /** Secrets that encrypt what accounts keep, where they are not those of the configuration. */
  accountSecrets?: readonly string[] | undefined;
  /** The inbox of the simulated phones; development only. */
  developmentRouter?: Router | undefined;
}

export interface Container extends Resources {
  metrics: Metrics;
  health: HealthService;
  idempotency: IdempotencyService;
  background: BackgroundWork;
  routes: Route[];
  /** How codes can travel here: what the demo page offers. */
  channels: readonly Channel[];
  /** Looks for what an operator may want to change, and logs it. */
  advise(): Promise<void>;
  /** Gives back what this container opened; the resources are their opener's. */
  close(): void;
}

/** The only place where services, clients and controllers are made. */
export async function createContainer(resources: Resources): Promise<Container> {
  const { config, db, accounts } = resources;
  const metrics = new Metrics(config.metricsToken !== undefined);
  const logger = countingLogger(resources.logger, metrics);
  const { statements, limits, records, timelines, background } = bookkeeping({
    ...{ config, logger, db },
  });
  const redis =
    config.redisUrl === undefined ? undefined : await connectRedis(config.redisUrl, logger);
  const codeStore = redis ? new RedisCodeStore(redis) : new PostgresCodeStore(statements);
  const providerFactory = new ProviderFactory({ ...resources, codes: codeStore, logger });
  const testNumbers = new TestNumberService(config.otp.testNumbers);
  const providers = new ProviderRegistry(
    ...([providerFactory.all, config.routes, testNumbers, config.otp.channels] as const),
  );
  metrics.watchCircuits(providerFactory.guards);
  metrics.watchPool(() => poolState(db));
  if (redis) metrics.watchRedis(redis);
  const proofOptions = { ...config.proof, privateKeys: resources.proofKeys };
  const proofs = await ProofService.create(proofOptions, statements);
  const attempts = new VerificationAttemptService(statements, limits);
  const numbers = new NumberPolicy(config.otp, logger);
  const health = new HealthService(() => databaseAnswers(db));
  const rules = { ...config.otp, providerTimeoutMs: config.providerTimeoutMs };
  const shared = { records, attempts, providers, numbers, logger, rules };
  const { codes, resends, otp, verifications } = createFlows({ ...shared, proofs, timelines });

  const accountRoutes = await createAccounts({
    ...{ config, statements, logger, proofs, records, codes, resends, numbers },
    proofKeys: resources.proofKeys,
    accountSecrets: resources.accountSecrets ?? config.auth.secrets,
  });
  const { lostAfterSeconds } = background;
  const callbacks = createCallbacks({ config, accounts, statements, logger, lostAfterSeconds });

  const controllers = {
    otp: new OtpController(otp),
    verification: new VerificationController(verifications),
    proof: new ProofController(proofs),
    callback: callbacks.controller,
    health: new HealthController(health),
  };
  const addressLimits = {
    send: ipLimit('send-per-ip', config.limits.sendPerIp, redis),
    check: ipLimit('check-per-ip', config.limits.checkPerIp, redis),
  };
  return {
    ...resources,
    logger,
    metrics,
    health,
    background,
    idempotency: background.idempotency,
    routes: apiRoutes(controllers, addressLimits, callbacks.enabled, accountRoutes),
    channels: providers.channels,
    advise: () => advise({ config, logger }),
    close: () => {
      providerFactory.close();
      redis?.close();
    },
  };
}

/** Its driver is a tenth of all that this program would load, so who has no Redis does without. */
async function connectRedis(url: string, logger: Logger): Promise<RedisClient> {
  const { RedisClient } = await import('../clients/redis-client.js');
  return new RedisClient(url, logger);
}

/** Sending and checking codes, as steps for other flows and as flows of their own. */
function createFlows(
  shared: Omit<OtpDependencies & VerificationDependencies, 'codes' | 'resends' | 'rules'> &
    CodeStepDependencies & { rules: OtpDependencies['rules'] },
) {
  const codes = new CodeSteps(shared);
  const resends = new ResendSteps(shared);
  return {
    codes,
    resends,
    otp: new OtpService({ ...shared, codes }),
    verifications: new VerificationService({ ...shared, resends }),
  };
}
