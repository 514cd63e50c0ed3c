import { DatabaseClock } from '../database/clock.js';
import { Statements } from '../database/statements.js';
import { defineModels } from '../models/index.js';
import { ApiKeyService } from '../services/applications/api-key.service.js';
import { ApplicationService } from '../services/applications/application.service.js';
import { NumberLimits } from '../services/limits/number-limits.js';
import type { BackgroundWork } from '../services/operations/background-work.js';
import { MaintenanceService } from '../services/operations/maintenance.service.js';
import { OperatorService } from '../services/operations/operator.service.js';
import { UserService } from '../services/users/user.service.js';
import { VerificationAttemptService } from '../services/verifications/attempts.service.js';
import { CheckKeyService } from '../services/verifications/check-keys.service.js';
import { IdempotencyService } from '../services/verifications/idempotency.service.js';
import { VerificationRecordService } from '../services/verifications/records.service.js';
import { VerificationSearchService } from '../services/verifications/search.service.js';
import { TimelineService } from '../services/verifications/timeline.service.js';
import type { CommandResources } from './resources.js';

/** A send counts as lost this long after the time limits of all its providers. */
const LOST_SEND_MARGIN_SECONDS = 30;

/** The services that own tables. */
export interface Persistence {
  statements: Statements;
  applications: ApplicationService;
  apiKeys: ApiKeyService;
  limits: NumberLimits;
  users: UserService;
  records: VerificationRecordService;
  attempts: VerificationAttemptService;
  timelines: TimelineService;
  searches: VerificationSearchService;
  idempotency: IdempotencyService;
  checkKeys: CheckKeyService;
  operator: OperatorService;
  background: BackgroundWork;
}

/** Creates the services that need only the database. Suffices for the operator's command line. */
export function createPersistence({ config, logger, db }: CommandResources): Persistence {
  const statements = new Statements(db);
  const models = defineModels(db.sequelize);
  const limits = new NumberLimits(config.limits);
  const users = new UserService(models);
  const clock = new DatabaseClock(statements);
  const idempotency = new IdempotencyService(statements);
  const { everywhere, byCountry } = config.routes;
  const routes = [everywhere, ...byCountry.values()];
  const hops = Math.max(...routes.map((route) => route.length));
  const lostAfterSeconds =
    LOST_SEND_MARGIN_SECONDS + hops * Math.ceil(config.providerTimeoutMs / 1000);
  const maintenance = new MaintenanceService(statements, {
    retentionDays: config.retentionDays,
    lostAfterSeconds,
    accounts: config.auth.enabled,
  });
  return {
    statements,
    applications: new ApplicationService(statements, config.proof.audience),
    apiKeys: new ApiKeyService(statements),
    limits,
    users,
    records: new VerificationRecordService(statements, clock, limits, config.otp),
    attempts: new VerificationAttemptService(statements, limits),
    timelines: new TimelineService(models),
    searches: new VerificationSearchService(statements, clock),
    idempotency,
    checkKeys: new CheckKeyService(statements),
    operator: new OperatorService(statements, models, users, limits),
    background: { maintenance, idempotency, logger, lostAfterSeconds },
  };
}
