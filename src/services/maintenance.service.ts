import { setTimeout as sleep } from 'node:timers/promises';
import type { Statements } from '../database/statements.js';
import {
  ACCOUNT_RETENTION,
  BATCH,
  EXPIRE,
  RETENTION,
  SWEEP_RESENDS,
  SWEEP_SENDS,
} from './maintenance.sql.js';

/** A pause lasts this many times as long as the batch before it took: deleting leaves the database to the callers. */
const PAUSE_PER_WORK = 4;

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
   * Deletes what is past its time, in small batches with pauses, and returns how many rows went per table. A table where
   * that fails keeps nothing in the others: the first failure is thrown once all of them had their turn.
   */
  async purge(signal?: AbortSignal): Promise<Record<string, number>> {
    const gone: Record<string, number> = {};
    const failures: unknown[] = [];
    const retention = this.rules.accounts ? [...RETENTION, ...ACCOUNT_RETENTION] : RETENTION;
    for (const { name, sql, needsDays } of retention) {
      const bind = needsDays ? [this.rules.retentionDays] : [];
      try {
        gone[name] = await this.empty(sql, bind, signal);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return gone;
  }

  private async empty(sql: string, bind: unknown[], signal?: AbortSignal): Promise<number> {
    let gone = 0;
    for (let batch = BATCH; batch === BATCH && !signal?.aborted;) {
      const startedAt = performance.now();
      batch = (await this.statements.all(sql, bind)).length;
      gone += batch;
      if (batch === BATCH) await sleep((performance.now() - startedAt) * PAUSE_PER_WORK);
    }
    return gone;
  }

  private async idsOf(sql: string, bind: unknown[]): Promise<string[]> {
    const rows = await this.statements.all<{ id: string }>(sql, bind);
    return rows.map(({ id }) => id);
  }
}
