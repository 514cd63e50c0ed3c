import type { Swept } from '../services/operations/maintenance.service.js';
import type { OperatorService } from '../services/operations/operator.service.js';
import type { TimelineService } from '../services/verifications/timeline.service.js';
import type { VerificationRecordService } from '../services/verifications/records.service.js';

/** What the commands work with. */
export interface OperatorTools {
  operator: OperatorService;
  records: VerificationRecordService;
  timelines: TimelineService;
  /** One round of retention; rows gone per table. */
  purge: () => Promise<Record<string, number>>;
  /** One round of sweeping. */
  sweep: () => Promise<Swept>;
}

/** What a command has to say. */
export interface Result {
  /** For `--json`. */
  data: object;
  /** For people. */
  lines: string[];
  /** False: what was asked for is not there, which ends with exit code 1. */
  found?: boolean;
  /** For the audit log, of commands that change something. Numbers are masked. */
  audit?: { phone?: string; verificationId?: string; outcome?: string; count?: number };
}
