import { setTimeout as sleep } from 'node:timers/promises';
import type { Sequelize } from 'sequelize';

const PROBE_LIMIT_MS = 1000;
const CACHE_MS = 1000;

/** Whether this process should get traffic: it is not stopping, and the database answers within a second. */
export class HealthService {
  private draining = false;
  private probe: { startedAt: number; answer: Promise<boolean> } | undefined;

  constructor(private readonly db: Sequelize) {}

  /** From now on the process is not ready, whatever the database says. */
  drain(): void {
    this.draining = true;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  /** Asks the database once a second at most, however many ask here. */
  async isReady(): Promise<boolean> {
    if (this.draining) return false;
    if (!this.probe || performance.now() - this.probe.startedAt > CACHE_MS) {
      this.probe = { startedAt: performance.now(), answer: this.databaseAnswers() };
    }
    return (await this.probe.answer) && !this.isDraining;
  }

  private async databaseAnswers(): Promise<boolean> {
    const query = this.db.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return Promise.race([query, sleep(PROBE_LIMIT_MS, false, { ref: false })]);
  }
}
