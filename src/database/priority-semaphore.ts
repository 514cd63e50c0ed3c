/** Thrown when no permit was free in time; no work was begun. */
export class SemaphoreTimeoutError extends Error {
  constructor() {
    super('no connection of the pool was free in time');
    this.name = 'SemaphoreTimeoutError';
  }
}

export type Priority = 'normal' | 'high';

interface Waiter {
  admit: () => void;
  timer: NodeJS.Timeout;
}

/**
 * Lets a fixed number of tasks run at once. High priority goes first, first come first served within a
 * priority: an overloaded service takes on less work and completes what it has taken on.
 */
export class PrioritySemaphore {
  private readonly queues: Record<Priority, Set<Waiter>> = { high: new Set(), normal: new Set() };

  /** @param timeoutMs the longest wait for a permit, per priority */
  constructor(
    private free: number,
    private readonly timeoutMs: Readonly<Record<Priority, number>>,
  ) {}

  /** @throws SemaphoreTimeoutError when no permit was free in time */
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

  /** The permit passes to the next waiter, so `free` grows only when nobody waits. */
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
