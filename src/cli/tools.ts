import type { ApiKeyService } from '../services/applications/api-key.service.js';
import type { AuditFields } from '../services/operations/audit.js';
import type { ApplicationService } from '../services/applications/application.service.js';
import type { SweepResult } from '../services/operations/maintenance.service.js';
import type { OperatorService } from '../services/operations/operator.service.js';
import type { UserService } from '../services/users/user.service.js';
import type { VerificationSearchService } from '../services/verifications/search.service.js';
import type { TimelineService } from '../services/verifications/timeline.service.js';
import type { WebhookEndpointService } from '../services/webhooks/endpoint.service.js';
import type { VerificationRecordService } from '../services/verifications/records.service.js';

export interface OperatorTools {
  applications: ApplicationService;
  apiKeys: ApiKeyService;
  webhooks: WebhookEndpointService;
  searches: VerificationSearchService;
  users: UserService;
  operator: OperatorService;
  records: VerificationRecordService;
  timelines: TimelineService;
  /** Runs the retention once. @returns deleted rows per table */
  purge: () => Promise<Record<string, number>>;
  sweep: () => Promise<SweepResult>;
}

/** Why a command failed. Scripts may rely on the code. */
export interface Failure {
  code: string;
  /** One sentence. */
  message: string;
}

export interface Result {
  /** The object of --json; its keys are in camelCase. */
  data: object;
  lines: string[];
  /** Exit code 1. */
  failure?: Failure;
  /** Fields of the audit log line, for commands that change data. Numbers are masked. */
  audit?: AuditFields;
}

export function notFound(sentence: string): Result {
  return { data: {}, lines: [], failure: { code: 'not_found', message: `${sentence}.` } };
}
