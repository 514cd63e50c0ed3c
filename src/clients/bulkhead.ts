/** Thrown instead of queueing without end. */
export class BulkheadFullError extends Error {
  constructor() {
    super('too many calls are waiting');
    this.name = 'BulkheadFullError';
  }
}

const QUEUE_TIMEOUT_MS = 1_000;

/** Lets a bounded number of calls run at once and a bounded number wait, for a while, first come first served. */
export class Bulkhead {
  private running = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
    /** Milliseconds that a call waits at most: its own deadline begins only after that. */
    private readonly timeoutMs = QUEUE_TIMEOUT_MS,
  ) {}

  /** @throws BulkheadFullError when nobody more may wait, or waited in vain; then `work` was not begun. */
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
    if (this.waiting.size >= this.maxWaiting) throw new BulkheadFullError();
    // Whoever leaves hands its place on, so `running` does not change.
    await new Promise<void>((resolve, reject) => {
      const admit = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(admit);
        reject(new BulkheadFullError());
      }, this.timeoutMs);
      this.waiting.add(admit);
    });
  }

  private leave(): void {
    const [next] = this.waiting;
    if (!next) {
      this.running -= 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
