export class BulkheadFullError extends Error {
  constructor() {
    super('too many calls are waiting');
    this.name = 'BulkheadFullError';
  }
}

const QUEUE_TIMEOUT_MS = 1_000;

/** Limits the concurrent calls and the waiting calls. First come, first served. */
export class Bulkhead {
  private running = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
    /** Maximum time in the queue. The deadline of a call starts after it. */
    private readonly timeoutMs = QUEUE_TIMEOUT_MS,
  ) {}

  /** @throws BulkheadFullError if the queue is full or the wait times out; `work` has not started then */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.acquire();
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  private async acquire(): Promise<void> {
    if (this.running < this.maxRunning) {
      this.running += 1;
      return;
    }
    if (this.waiting.size >= this.maxWaiting) throw new BulkheadFullError();
    // A finished call hands over its slot, so `running` does not change.
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

  private release(): void {
    const [next] = this.waiting;
    if (!next) {
      this.running -= 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
