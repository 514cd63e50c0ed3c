import type { Channel } from '../domain/verification.js';
import { ApplicationController } from '../controllers/application.controller.js';
import { HealthController } from '../controllers/health.controller.js';
import { databaseProbe } from '../database/probe.js';
import type { CallerGuards } from '../middlewares/caller.js';
import { ipLimit } from '../middlewares/ip-limit.js';
import { countingLogger } from '../observability/counting-logger.js';
import { Metrics } from '../observability/metrics.js';
import { apiRoutes } from '../routes/index.js';
import type { Route } from '../routes/route.js';
import type { BackgroundWork } from '../services/operations/background-work.js';
import { HealthService } from '../services/operations/health.service.js';
import type { ApiKeyService } from '../services/applications/api-key.service.js';
import type { ApplicationService } from '../services/applications/application.service.js';
import type { CheckKeyService } from '../services/verifications/check-keys.service.js';
import type { IdempotencyService } from '../services/verifications/idempotency.service.js';
import { createAccounts } from './accounts.js';
import { advise } from './advice.js';
import { createCallbacks } from './callbacks.js';
import { createCallers } from './callers.js';
import { createOperator } from './operator.js';
import { createOtp } from './otp.js';
import { createPersistence } from './persistence.js';
import { createProviders } from './providers.js';
import { connectRedis } from './redis.js';
import type { Resources } from './resources.js';
import { createWebhooks, type Webhooks } from './webhooks.js';

export interface Container extends Resources {
  metrics: Metrics;
  health: HealthService;
  callers: CallerGuards;
  applications: ApplicationService;
  apiKeys: ApiKeyService;
  idempotency: IdempotencyService;
  checkKeys: CheckKeyService;
  background: BackgroundWork;
  webhooks: Webhooks;
  routes: Route[];
  /** Channels that the demo page offers. */
  channels: readonly Channel[];
  /** Logs advice on the configuration. */
  advise(): Promise<void>;
  /** Closes what this container has opened, but not its resources. */
  close(): void;
}

/** Creates all services, clients and controllers. */
export async function createContainer(resources: Resources): Promise<Container> {
  const { config, db } = resources;
  const metrics = new Metrics(config.metricsToken !== undefined);
  const logger = countingLogger(resources.logger, metrics);
  const persistence = createPersistence({ config, logger, db });
  const redis = await connectRedis(config.redisUrl, logger);
  const providers = await createProviders({ ...resources, ...persistence, logger, redis });
  const otp = await createOtp({
    ...resources,
    ...persistence,
    logger,
    providers: providers.registry,
  });
  const callbacks = createCallbacks({ ...resources, ...persistence, logger });
  const webhooks = createWebhooks({ ...resources, ...persistence, logger });
  const accountRoutes = await createAccounts({ ...resources, ...persistence, ...otp, logger });
  const health = new HealthService(databaseProbe(db.sequelize), logger);
  metrics.watchPool(() => db.state());
  metrics.watchCircuits(providers.guards);
  if (redis) metrics.watchRedis(redis);
  const controllers = {
    ...otp.controllers,
    application: new ApplicationController(persistence.applications, persistence.apiKeys),
    webhook: webhooks.controller,
    ...createOperator({ ...resources, ...persistence, logger }),
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
    callers: createCallers(config, persistence),
    applications: persistence.applications,
    apiKeys: persistence.apiKeys,
    background: persistence.background,
    webhooks,
    idempotency: persistence.idempotency,
    checkKeys: persistence.checkKeys,
    routes: apiRoutes(controllers, addressLimits, callbacks.enabled, accountRoutes),
    channels: providers.registry.channels,
    advise: () => advise({ config, logger }),
    close: () => {
      providers.close();
      redis?.close();
    },
  };
}
