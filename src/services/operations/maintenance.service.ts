import { setTimeout as sleep } from 'node:timers/promises';
import type { Statements } from '../../database/statements.js';
import {
  ACCOUNT_RETENTION,
  BATCH,
  EXPIRE,
  RETENTION,
  type Retention,
  SWEEP_RESENDS,
  SWEEP_SENDS,
} from './maintenance.sql.js';

/**
 * A pause lasts this many times as long as the batch before it took: deleting leaves the database to the
 * callers.
 */
const PAUSE_PER_WORK = 4;
/** However slow the database is: something has to go. */
const LONGEST_PAUSE_MS = 500;
/** In a row, of one table: more than a busy moment. */
const MOST_FAILURES = 3;

/** What one round of sweeping has set right: ids of verifications. */
export interface Swept {
  unknownOutcomes: string[];
  expired: string[];
}

/** Keeps the tables true and small. Safe to run in every process at once. */
export class MaintenanceService {
  constructor(
    private readonly statements: Statements,
    private readonly rules: { retentionDays: number; lostAfterSeconds: number; accounts: boolean },
  ) {}

  /** Settles sends that nobody will settle any more, and marks what has expired. Never sends anything. */
  async sweep(): Promise<Swept> {
    const { lostAfterSeconds } = this.rules;
    const sends = await this.idsOf(SWEEP_SENDS, [lostAfterSeconds]);
    const resends = await this.idsOf(SWEEP_RESENDS, [lostAfterSeconds]);
    return { unknownOutcomes: [...sends, ...resends], expired: await this.idsOf(EXPIRE, []) };
  }

  /**
   * Deletes what is past its time and returns how many rows went per table: a batch of each table in turn,
   * with pauses, until none has a whole batch left. A table where that fails several times in a row is left
   * for the next round and keeps nothing in the others; the first failure is then thrown at the end.
   */
  async purge(signal?: AbortSignal): Promise<Record<string, number>> {
    const gone: Record<string, number> = {};
    const failures: unknown[] = [];
    const retention = this.rules.accounts ? [...RETENTION, ...ACCOUNT_RETENTION] : RETENTION;
    let left = retention.map((table) => ({ table, failed: 0 }));
    while (left.length > 0) {
      const unfinished: typeof left = [];
      for (const { table, failed } of left) {
        if (signal?.aborted) return gone;
        const startedAt = performance.now();
        try {
          const batch = await this.deleteBatch(table);
          gone[table.name] = (gone[table.name] ?? 0) + batch;
          if (batch < BATCH) continue;
          unfinished.push({ table, failed: 0 });
        } catch (error) {
          if (failed + 1 < MOST_FAILURES) unfinished.push({ table, failed: failed + 1 });
          else failures.push(error);
        }
        await pause((performance.now() - startedAt) * PAUSE_PER_WORK, signal);
      }
      left = unfinished;
    }
    if (failures.length > 0) throw failures[0];
    return gone;
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

/** Ends early when `signal` says so. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(Math.min(milliseconds, LONGEST_PAUSE_MS), undefined, { signal }).catch(
    () => undefined,
  );
}
