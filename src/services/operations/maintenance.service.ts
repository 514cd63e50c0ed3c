import { setTimeout as sleep } from 'node:timers/promises';
import type { Statements } from '../../database/statements.js';
import {
  ACCOUNT_RETENTION,
  BATCH_SIZE,
  EXPIRE,
  RETENTION,
  type Retention,
  SWEEP_RESENDS,
  SWEEP_SENDS,
} from './maintenance.sql.js';

/** Pause after each batch, as a multiple of its duration. Leaves most of the database to requests. */
const PAUSE_RATIO = 4;
/** Keeps the purge going when the database is slow. */
const MAX_PAUSE_MS = 500;
/** Consecutive failures of one table. */
const MAX_FAILURES = 3;

/** Ids of the verifications that one run of the sweeper has settled. */
export interface SweepResult {
  unknownOutcomes: string[];
  expired: string[];
}

/** Sweeper and retention. Safe to run in several processes at once. */
export class MaintenanceService {
  constructor(
    private readonly statements: Statements,
    private readonly rules: { retentionDays: number; lostAfterSeconds: number; accounts: boolean },
  ) {}

  /** Settles sends whose process has crashed, and marks expired verifications. Never sends anything. */
  async sweep(): Promise<SweepResult> {
    const { lostAfterSeconds } = this.rules;
    const sends = await this.idsOf(SWEEP_SENDS, [lostAfterSeconds]);
    const resends = await this.idsOf(SWEEP_RESENDS, [lostAfterSeconds]);
    return { unknownOutcomes: [...sends, ...resends], expired: await this.idsOf(EXPIRE, []) };
  }

  /**
   * Deletes expired rows and returns the number of deleted rows per table. Takes one batch of each table in
   * turn, with pauses, until no full batch is left. Skips a table after repeated failures and continues with
   * the others.
   * @throws the first failure of a skipped table, after the others are done
   */
  async purge(signal?: AbortSignal): Promise<Record<string, number>> {
    const deleted: Record<string, number> = {};
    const failures: unknown[] = [];
    const retention = this.rules.accounts ? [...RETENTION, ...ACCOUNT_RETENTION] : RETENTION;
    let left = retention.map((table) => ({ table, failed: 0 }));
    while (left.length > 0) {
      const unfinished: typeof left = [];
      for (const { table, failed } of left) {
        if (signal?.aborted) return deleted;
        const startedAt = performance.now();
        try {
          const batch = await this.deleteBatch(table);
          deleted[table.name] = (deleted[table.name] ?? 0) + batch;
          if (batch < BATCH_SIZE) continue;
          unfinished.push({ table, failed: 0 });
        } catch (error) {
          if (failed + 1 < MAX_FAILURES) unfinished.push({ table, failed: failed + 1 });
          else failures.push(error);
        }
        await pause((performance.now() - startedAt) * PAUSE_RATIO, signal);
      }
      left = unfinished;
    }
    if (failures.length > 0) throw failures[0];
    return deleted;
  }

  private async deleteBatch({ sql, needsDays }: Retention): Promise<number> {
    const bind = needsDays ? [this.rules.retentionDays] : [];
    return (await this.statements.all(sql, bind)).length;
  }

  private async idsOf(sql: string, bind: unknown[]): Promise<string[]> {
    const rows = await this.statements.all<{ id: string }>(sql, bind);
    return rows.map(({ id }) => id);
  }
}

/** Returns early on abort. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(Math.min(milliseconds, MAX_PAUSE_MS), undefined, { signal }).catch(() => undefined);
}
