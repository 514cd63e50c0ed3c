/** When a circuit opens and for how long. Times in milliseconds. */
export interface BreakerOptions {
  /** Failures in a row that open it; 0 never opens it. */
  consecutiveFailures: number;
  /** It also opens when half of at least this many calls within the window failed. */
  minimumCalls: number;
  windowMs: number;
  openMs: number;
}

export const DEFAULT_BREAKER: BreakerOptions = {
  consecutiveFailures: 5,
  minimumCalls: 10,
  windowMs: 30_000,
  openMs: 30_000,
};

/** Bounded whatever the load: a thousand calls say as much about a rate as a million. */
const MOST_CALLS = 1000;

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Keeps calls away from somebody who does not do their work. Open, it refuses at once; after a while one call is let
 * through as a probe, and its outcome decides. The clock is monotonic: nothing here outlives the process.
 */
export class CircuitBreaker {
  private recent: { at: number; failed: boolean }[] = [];
  private inARow = 0;
  private openUntil = 0;
  private probing = false;

  constructor(
    private readonly options: BreakerOptions = DEFAULT_BREAKER,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get state(): BreakerState {
    if (this.openUntil === 0) return 'closed';
    return this.now() < this.openUntil ? 'open' : 'half-open';
  }

  /** Milliseconds to wait when a call may not be made now; 0 when it may, and then its outcome must be reported. */
  enter(): number {
    const { state } = this;
    if (state === 'open') return this.openUntil - this.now();
    if (state === 'closed') return 0;
    if (this.probing) return this.options.openMs;
    this.probing = true;
    return 0;
  }

  succeeded(): void {
    // A call that was under way when it opened says nothing about what was learnt since; the same goes for failures.
    if (this.state === 'open') return;
    this.record(false);
    this.inARow = 0;
    this.probing = false;
    this.openUntil = 0;
  }

  failed(): void {
    if (this.state === 'open') return;
    this.record(true);
    this.inARow += 1;
    if (this.options.consecutiveFailures === 0) return;
    if (this.probing || this.inARow >= this.options.consecutiveFailures || this.halfFail()) {
      this.open(this.options.openMs);
    }
  }

  /** Opens it for a given time: somebody asked us to wait. Never shortens a wait that was asked for before. */
  open(forMs: number): void {
    this.openUntil = Math.max(this.openUntil, this.now() + forMs);
    this.probing = false;
    this.recent = [];
  }

  private halfFail(): boolean {
    const failures = this.recent.filter((call) => call.failed).length;
    return this.recent.length >= this.options.minimumCalls && failures * 2 >= this.recent.length;
  }

  private record(failed: boolean): void {
    const at = this.now();
    this.recent.push({ at, failed });
    const oldest = at - this.options.windowMs;
    // In order of time, so what is too old stands in front.
    while (this.recent.length > MOST_CALLS || (this.recent[0]?.at ?? at) <= oldest) {
      this.recent.shift();
    }
  }
}
