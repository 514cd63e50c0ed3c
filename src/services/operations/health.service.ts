import type { DatabaseState } from '../../database/probe.js';
import { describeFailure } from '../../database/describe-failure.js';
import type { LogFields } from '../../observability/log-fields.js';
import type { Logger } from '../../observability/logger.js';

const CACHE_MS = 1000;
const LOG_INTERVAL_MS = 60_000;

interface Obstacle extends LogFields {
  message: string;
}

/** Readiness of this process: not stopping, and the database responds and has the schema of this version. */
export class HealthService {
  private draining = false;
  private check: { startedAt: number; answer: Promise<boolean> } | undefined;
  private logged: { message: string; at: number } | undefined;
  private wasReady = false;

  /** @param probeDatabase takes at most one second; never rejects */
  constructor(
    private readonly probeDatabase: () => Promise<DatabaseState>,
    private readonly logger: Logger,
  ) {}

  /** Makes the process not ready, whatever the state of the database. */
  drain(): void {
    this.draining = true;
  }

  /** Probes the database at most once a second, however often it is called. Logs the reason once a minute. */
  async isReady(): Promise<boolean> {
    if (!this.check || performance.now() - this.check.startedAt > CACHE_MS) {
      this.check = { startedAt: performance.now(), answer: this.isDatabaseReady() };
    }
    return (await this.check.answer) && !this.draining;
  }

  private async isDatabaseReady(): Promise<boolean> {
    const obstacle = this.obstacleIn(await this.probeDatabase());
    if (obstacle) {
      this.log(obstacle);
      return false;
    }
    if (this.logged) this.logger.info('database.ready');
    this.logged = undefined;
    this.wasReady = true;
    return true;
  }

  private obstacleIn({ error, schema }: DatabaseState): Obstacle | undefined {
    if (error !== undefined) {
      return { message: 'database.unavailable', errorMessage: describeFailure(error) };
    }
    if (!schema) return undefined;
    if (schema.pending.length > 0) {
      const errorMessage = 'The schema is missing or too old. Run "npm run db:migrate".';
      return { message: 'database.schema_outdated', errorMessage, names: schema.pending };
    }
    // A rolling upgrade migrates first: processes that already serve must go on until they are replaced.
    if (schema.unknown.length === 0 || this.wasReady) return undefined;
    const errorMessage =
      'A newer version migrated the database. Run that version, or revert with it: "npm run db:migrate:undo".';
    return { message: 'database.schema_newer', errorMessage, names: schema.unknown };
  }

  private log({ message, ...fields }: Obstacle): void {
    const now = performance.now();
    if (this.logged?.message === message && now < this.logged.at + LOG_INTERVAL_MS) return;
    this.logged = { message, at: now };
    this.logger.error(message, fields);
  }
}
