/** No permit became free in time, so the work did not start. */
export class SemaphoreTimeoutError extends Error {
  constructor() {
    super('no pool connection was free in time');
    this.name = 'SemaphoreTimeoutError';
  }
}

export type Priority = 'normal' | 'high';

interface Waiter {
  admit: () => void;
  timer: NodeJS.Timeout;
}

/**
 * Limits concurrent tasks. High priority goes first, so an overloaded service finishes started work before
 * it starts more. First come, first served within a priority.
 */
export class PrioritySemaphore {
  private readonly queues: Record<Priority, Set<Waiter>> = { high: new Set(), normal: new Set() };

  /** @param timeoutMs maximum wait for a permit, by priority */
  constructor(
    private free: number,
    private readonly timeoutMs: Readonly<Record<Priority, number>>,
  ) {}

  /** @throws SemaphoreTimeoutError when no permit becomes free in time */
  async run<T>(priority: Priority, work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await this.permit(priority);
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  private permit(priority: Priority): Promise<void> {
    const queue = this.queues[priority];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        queue.delete(waiter);
        reject(new SemaphoreTimeoutError());
      }, this.timeoutMs[priority]);
      const waiter: Waiter = { admit: resolve, timer };
      queue.add(waiter);
    });
  }

  /** Passes the permit to the next waiter, so `free` grows only without waiters. */
  private release(): void {
    const { high, normal } = this.queues;
    const queue = high.size > 0 ? high : normal;
    const [next] = queue;
    if (!next) {
      this.free += 1;
      return;
    }
    queue.delete(next);
    clearTimeout(next.timer);
    next.admit();
  }
}
