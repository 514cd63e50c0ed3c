import { Bulkhead, BulkheadFullError } from '../../clients/bulkhead.js';
import {
  CircuitBreaker,
  DEFAULT_BREAKER,
  type BreakerOptions,
  type BreakerState,
} from '../../clients/circuit-breaker.js';
import { ProviderError, type ProviderErrorKind } from '../../errors/provider-error.js';
import type { Logger } from '../../observability/logger.js';

export interface GuardOptions {
  breaker?: BreakerOptions;
  maxRunning: number;
  maxWaiting: number;
}

// These count as failures of the provider. A refusal of one request does not.
const BREAKER_FAILURES: ReadonlySet<ProviderErrorKind> = new Set([
  'unreachable',
  'timeout-unknown',
  'bad-response',
]);
const SENDS: ReadonlySet<string> = new Set(['start', 'send']);
const ALERT_INTERVAL_MS = 60_000;

/**
 * Circuit breaker and bulkhead of one provider. A failing provider is skipped at once; a slow one cannot
 * queue requests without limit. A call that the guard refuses never reaches the provider.
 */
export class ProviderGuard {
  private readonly breaker: CircuitBreaker;
  private readonly bulkhead: Bulkhead;
  private alertedAt = -Infinity;

  constructor(
    readonly name: string,
    private readonly logger: Logger,
    options: GuardOptions,
  ) {
    this.breaker = new CircuitBreaker(options.breaker ?? DEFAULT_BREAKER);
    this.bulkhead = new Bulkhead(options.maxRunning, options.maxWaiting);
  }

  get breakerState(): BreakerState {
    return this.breaker.state;
  }

  /** @throws ProviderError `unreachable` with `retryAfterSeconds` when the guard refuses the call */
  async run<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.bulkhead.run(() =>
        this.throughBreaker(operation, () => this.timed(operation, work)),
      );
    } catch (error) {
      if (error instanceof BulkheadFullError) throw this.refusal(1);
      throw error;
    }
  }

  private async throughBreaker<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const waitMs = this.breaker.enter();
    if (waitMs > 0) throw this.refusal(Math.ceil(waitMs / 1000));
    try {
      const result = await work();
      this.breaker.succeeded();
      return result;
    } catch (error) {
      this.recordFailure(operation, error);
      throw error;
    }
  }

  private async timed<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    let outcome = 'answered';
    try {
      return await work();
    } catch (error) {
      outcome = error instanceof ProviderError ? error.kind : 'failed';
      throw error;
    } finally {
      const durationMs = Math.round(performance.now() - startedAt);
      this.logger.debug('provider.call', { provider: this.name, operation, outcome, durationMs });
    }
  }

  private recordFailure(operation: string, error: unknown): void {
    if (!(error instanceof ProviderError)) {
      this.breaker.failed();
      return;
    }
    const { kind, facts } = error;
    // A rate limit without a wait (Sinch 42901), or of a check (Infobip), may concern one number only.
    const isForAll = kind === 'rate-limited' && SENDS.has(operation);
    const waitSeconds = isForAll ? facts.retryAfterSeconds : undefined;
    if (waitSeconds !== undefined) this.breaker.open(waitSeconds * 1000);
    else if (BREAKER_FAILURES.has(kind)) this.breaker.failed();
    else this.breaker.succeeded();
    if (kind === 'bad-credentials' || kind === 'quota-exhausted') this.alert(kind);
    if (this.breaker.state === 'open')
      this.logger.warn('provider.circuit_open', { provider: this.name, outcome: kind });
  }

  /** Logs at most once a minute that only an operator can fix the account. */
  private alert(kind: ProviderErrorKind): void {
    if (performance.now() - this.alertedAt < ALERT_INTERVAL_MS) return;
    this.alertedAt = performance.now();
    this.logger.error('provider.needs_operator', { provider: this.name, outcome: kind });
  }

  private refusal(retryAfterSeconds: number): ProviderError {
    return new ProviderError(this.name, 'unreachable', { retryAfterSeconds });
  }
}
