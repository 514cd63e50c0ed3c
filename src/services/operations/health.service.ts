const CACHE_MS = 1000;

/** Whether this process should get traffic: it is not stopping, and the database answers. */
export class HealthService {
  private draining = false;
  private probe: { startedAt: number; answer: Promise<boolean> } | undefined;

  /** @param databaseAnswers never rejects and takes a second at most */
  constructor(private readonly databaseAnswers: () => Promise<boolean>) {}

  /** From now on the process is not ready, whatever the database says. */
  drain(): void {
    this.draining = true;
  }

  /** Asks the database once a second at most, however many ask here. */
  async isReady(): Promise<boolean> {
    if (!this.probe || performance.now() - this.probe.startedAt > CACHE_MS) {
      this.probe = { startedAt: performance.now(), answer: this.databaseAnswers() };
    }
    const answers = await this.probe.answer;
    return answers && !this.draining;
  }
}
