import type { Sequelize } from 'sequelize';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import { defineModels } from '../models/index.js';
import { Statements } from '../database/statements.js';
import { IdempotencyService } from '../services/verifications/idempotency.service.js';
import { MaintenanceService } from '../services/operations/maintenance.service.js';
import { NumberLimits } from '../services/limits/number-limits.js';
import { OperatorService } from '../services/operations/operator.service.js';
import { TimelineService } from '../services/verifications/timeline.service.js';
import { VerificationRecordService } from '../services/verifications/records.service.js';

/** What the books are kept with. */
export interface Books {
  config: Config;
  logger: Logger;
  db: Sequelize;
}

/** What the operator's command line works with: the database and nothing of the outside world. */
export function createOperatorContainer(resources: Books) {
  const { statements, models, limits, records, timelines, background } = bookkeeping(resources);
  return {
    operator: new OperatorService(statements, models, limits),
    records,
    timelines,
    background,
  };
}

/** The services that know the tables and nobody else. */
export function bookkeeping({ config, logger, db }: Books) {
  const statements = new Statements(db, config.database.poolMax);
  const models = defineModels(db);
  const limits = new NumberLimits(config.limits);
  const idempotency = new IdempotencyService(statements);
  // As long as a send can take when every provider of a route is asked.
  const { everywhere, byCountry } = config.routes;
  const hops = Math.max(...[everywhere, ...byCountry.values()].map((route) => route.length));
  const lostAfterSeconds = 30 + hops * Math.ceil(config.providerTimeoutMs / 1000);
  const maintenance = new MaintenanceService(statements, {
    ...{ retentionDays: config.retentionDays, lostAfterSeconds },
    accounts: config.auth.enabled,
  });
  return {
    statements,
    models,
    limits,
    records: new VerificationRecordService(statements, limits, config.otp),
    timelines: new TimelineService(models),
    background: { maintenance, idempotency, logger, lostAfterSeconds },
  };
}
