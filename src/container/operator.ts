import type { Logger } from '../observability/logger.js';
import { OperatorController } from '../controllers/operator.controller.js';
import { SearchController } from '../controllers/search.controller.js';
import { UserController } from '../controllers/user.controller.js';
import { AuditLog } from '../services/operations/audit.js';
import { SearchCursors } from '../services/verifications/search-cursors.js';
import type { Persistence } from './persistence.js';

export interface OperatorResources extends Persistence {
  logger: Logger;
  proofKeys: string;
}

/** Creates the controllers of search, users and administration. */
export function createOperator(resources: OperatorResources) {
  const { users, operator, searches, proofKeys } = resources;
  const audit = new AuditLog(resources.logger);
  return {
    search: new SearchController(searches, new SearchCursors(proofKeys)),
    user: new UserController(users, operator, audit),
    operator: new OperatorController({ ...resources, audit }),
  };
}
