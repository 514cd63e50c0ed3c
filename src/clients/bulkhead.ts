/** Thrown instead of queueing without end. */
export class BulkheadFullError extends Error {
  constructor() {
    super('too many calls are waiting');
    this.name = 'BulkheadFullError';
  }
}

/** Lets a bounded number of calls run at once and a bounded number wait, first come first served. */
export class Bulkhead {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws BulkheadFullError when nobody more may wait; then `work` was not begun. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.maxRunning) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.maxWaiting) throw new BulkheadFullError();
    // Whoever leaves hands its place on, so `running` does not change.
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
