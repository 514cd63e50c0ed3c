const CACHE_MS = 1000;

/** Readiness of this process: not stopping, and the database responds. */
export class HealthService {
  private draining = false;
  private probe: { startedAt: number; answer: Promise<boolean> } | undefined;

  /** @param databaseAnswers takes at most one second; never rejects */
  constructor(private readonly databaseAnswers: () => Promise<boolean>) {}

  /** Makes the process not ready, whatever the state of the database. */
  drain(): void {
    this.draining = true;
  }

  /** Probes the database at most once a second, however often it is called. */
  async isReady(): Promise<boolean> {
    if (!this.probe || performance.now() - this.probe.startedAt > CACHE_MS) {
      this.probe = { startedAt: performance.now(), answer: this.databaseAnswers() };
    }
    const answers = await this.probe.answer;
    return answers && !this.draining;
  }
}
