import type { Swept } from '../services/operations/maintenance.service.js';
import type { OperatorService } from '../services/operations/operator.service.js';
import type { TimelineService } from '../services/verifications/timeline.service.js';
import type { VerificationRecordService } from '../services/verifications/records.service.js';

/** Services that the commands use. */
export interface OperatorTools {
  operator: OperatorService;
  records: VerificationRecordService;
  timelines: TimelineService;
  /** Runs the retention once. @returns deleted rows per table */
  purge: () => Promise<Record<string, number>>;
  /** Runs the sweeper once. */
  sweep: () => Promise<Swept>;
}

/** Result of a command. */
export interface Result {
  /** Output of `--json`. */
  data: object;
  /** Text output. */
  lines: string[];
  /** False for a missing object; exit code 1. */
  found?: boolean;
  /** Fields of the audit log line, for commands that change data. Numbers are masked. */
  audit?: { phone?: string; verificationId?: string; outcome?: string; count?: number };
}
