import { maskPattern } from '../../domain/number-pattern.js';
import { maskPhoneNumber } from '../../domain/phone-number.js';
import type { Logger } from '../../observability/logger.js';
import type { SweepResult } from './maintenance.service.js';

/** Fields of the audit log line of a change. Numbers are masked. */
export interface AuditFields {
  phone?: string;
  applicationId?: string;
  keyId?: string;
  endpointId?: string;
  verificationId?: string;
  outcome?: string;
  count?: number;
}

/** The changes of operators, whether by a command or by a request with an operator key. */
export const AUDITED = {
  unblock: (phoneNumber: string, count: number, sends: boolean): AuditFields => ({
    phone: maskPhoneNumber(phoneNumber),
    count,
    outcome: sends ? 'sends' : 'codes',
  }),
  rule: (pattern: string): AuditFields => ({ phone: maskPattern(pattern) }),
  erase: (phoneNumber: string, counts: Record<string, number>): AuditFields => ({
    phone: maskPhoneNumber(phoneNumber),
    count: totalOf(counts),
  }),
  purge: (counts: Record<string, number>): AuditFields => ({ count: totalOf(counts) }),
  sweep: ({ unknownOutcomes, expired }: SweepResult): AuditFields => ({
    count: unknownOutcomes.length + expired.length,
  }),
};

/** Writes the audit log of operators. */
export class AuditLog {
  constructor(private readonly logger: Logger) {}

  /**
   * @param command name of the command, also for a request that does the same
   * @param operator user name on the machine, or id of the operator key
   */
  write(command: string, fields: AuditFields, operator: string): void {
    this.logger.info(`operator.${command}`, { ...fields, operator });
  }
}

/** Counts by table, named in camelCase. */
export function inCamelCase(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).map(([table, rows]) => [
      table.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      rows,
    ]),
  );
}

function totalOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, rows) => sum + rows, 0);
}
