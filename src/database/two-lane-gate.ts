/** Thrown to whoever has waited in vain; nothing was begun. */
export class GateTimeoutError extends Error {
  constructor() {
    super('no connection of the pool was free in time');
    this.name = 'GateTimeoutError';
  }
}

export type Lane = 'beginning' | 'finishing';

interface Waiter {
  admit: () => void;
  timer: NodeJS.Timeout;
}

/**
 * Lets as many run at once as there are places. When places are short, what finishes work goes before what begins
 * some, first come first served in each lane: so a service with too much to do takes on less of it, and what it has
 * taken on it completes.
 */
export class TwoLaneGate {
  private readonly waiting: Record<Lane, Set<Waiter>> = {
    finishing: new Set(),
    beginning: new Set(),
  };

  constructor(
    private free: number,
    /** Milliseconds that each lane waits at most. */
    private readonly timeoutMs: Readonly<Record<Lane, number>>,
  ) {}

  /** @throws GateTimeoutError when its turn did not come in time */
  async run<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await this.turn(lane);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private turn(lane: Lane): Promise<void> {
    const queue = this.waiting[lane];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        queue.delete(waiter);
        reject(new GateTimeoutError());
      }, this.timeoutMs[lane]);
      const waiter: Waiter = { admit: resolve, timer };
      queue.add(waiter);
    });
  }

  /** Whoever leaves hands its place on, so `free` does not change. */
  private leave(): void {
    const { finishing, beginning } = this.waiting;
    const queue = finishing.size > 0 ? finishing : beginning;
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
