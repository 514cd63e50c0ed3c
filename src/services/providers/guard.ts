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

// What says that the provider is in trouble, as opposed to our request being refused.
const TROUBLE: ReadonlySet<ProviderErrorKind> = new Set([
  'unreachable',
  'timeout-unknown',
  'bad-response',
]);
const ALERT_INTERVAL_MS = 60_000;

/**
 * A circuit breaker and a bulkhead before a provider: one in trouble costs its callers nothing, and a slow one
 * cannot pile up requests without end. A call that is refused here certainly did nothing.
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

  /** @throws ProviderError `unreachable` with a time to wait when the call is not made */
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
      this.judge(operation, error);
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

  private judge(operation: string, error: unknown): void {
    if (!(error instanceof ProviderError)) {
      this.breaker.failed();
      return;
    }
    const { kind, facts } = error;
    // Without a time it may be about one number only, as with Sinch's 42901; so may any at a check, as at Infobip.
    const isForAll = kind === 'rate-limited' && operation !== 'check';
    const wait = isForAll ? facts.retryAfterSeconds : undefined;
    if (wait !== undefined) this.breaker.open(wait * 1000);
    else if (TROUBLE.has(kind)) this.breaker.failed();
    else this.breaker.succeeded();
    if (kind === 'bad-credentials' || kind === 'quota-exhausted') this.alert(kind);
    if (this.breaker.state === 'open')
      this.logger.warn('provider.circuit_open', { provider: this.name, outcome: kind });
  }

  /** Only an operator can mend it: said once a minute, however many requests meet it. */
  private alert(kind: ProviderErrorKind): void {
    if (performance.now() - this.alertedAt < ALERT_INTERVAL_MS) return;
    this.alertedAt = performance.now();
    this.logger.error('provider.needs_operator', { provider: this.name, outcome: kind });
  }

  private refusal(retryAfterSeconds: number): ProviderError {
    return new ProviderError(this.name, 'unreachable', { retryAfterSeconds });
  }
}
