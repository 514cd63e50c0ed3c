export interface BreakerOptions {
  /** Consecutive failures that open the circuit; 0 never opens it. */
  consecutiveFailures: number;
  /** The circuit also opens when half of at least this many calls in the window fail. */
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

/** Bounds the memory; a thousand calls are enough to estimate a failure rate. */
const MAX_RECORDED_CALLS = 1000;

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Circuit breaker: refuses calls to a failing dependency. After `openMs` one call passes as a probe, and
 * its outcome closes or reopens the circuit. Uses a monotonic clock.
 */
export class CircuitBreaker {
  private recent: { at: number; failed: boolean }[] = [];
  private consecutiveFailures = 0;
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

  /** @returns milliseconds to wait, or 0 if the call may start; its outcome must then be reported */
  enter(): number {
    const { state } = this;
    if (state === 'open') return this.openUntil - this.now();
    if (state === 'closed') return 0;
    if (this.probing) return this.options.openMs;
    this.probing = true;
    return 0;
  }

  succeeded(): void {
    // Calls that started before the circuit opened are ignored, successes and failures alike.
    if (this.state === 'open') return;
    this.record(false);
    this.consecutiveFailures = 0;
    this.probing = false;
    this.openUntil = 0;
  }

  failed(): void {
    if (this.state === 'open') return;
    this.record(true);
    this.consecutiveFailures += 1;
    if (this.options.consecutiveFailures === 0) return;
    if (
      this.probing ||
      this.consecutiveFailures >= this.options.consecutiveFailures ||
      this.isFailureRateHigh()
    ) {
      this.open(this.options.openMs);
    }
  }

  /** Opens the circuit for this time, for instance after `Retry-After`. Never shortens an earlier wait. */
  open(durationMs: number): void {
    this.openUntil = Math.max(this.openUntil, this.now() + durationMs);
    this.probing = false;
    this.recent = [];
  }

  private isFailureRateHigh(): boolean {
    const failures = this.recent.filter((call) => call.failed).length;
    return this.recent.length >= this.options.minimumCalls && failures * 2 >= this.recent.length;
  }

  private record(failed: boolean): void {
    const at = this.now();
    this.recent.push({ at, failed });
    const oldest = at - this.options.windowMs;
    while (this.recent.length > MAX_RECORDED_CALLS || (this.recent[0]?.at ?? at) <= oldest) {
      this.recent.shift();
    }
  }
}
