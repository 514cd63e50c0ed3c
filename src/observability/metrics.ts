import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type CircuitState = 'closed' | 'half-open' | 'open';

const CIRCUIT_LEVELS: Readonly<Record<CircuitState, number>> = {
  closed: 0,
  'half-open': 1,
  open: 2,
};

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PROVIDER_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30];

/**
 * Metrics for Prometheus. Labels have bounded sets of values: never numbers, ids, addresses or caller
 * input.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly common = { registers: [this.registry] };

  readonly requests = new Counter({
    ...this.common,
    name: 'proofline_http_requests_total',
    help: 'HTTP requests by route template; status 499 if the client closed the connection first',
    labelNames: ['route', 'method', 'status'],
  });
  readonly requestSeconds = new Histogram({
    ...this.common,
    name: 'proofline_http_request_duration_seconds',
    help: 'Duration of HTTP requests, until the response has been sent',
    labelNames: ['route', 'method'],
    buckets: REQUEST_SECONDS,
  });
  readonly inFlight = new Gauge({
    ...this.common,
    name: 'proofline_http_requests_in_flight',
    help: 'HTTP requests in progress',
  });
  readonly sends = new Counter({
    ...this.common,
    name: 'proofline_sends_total',
    help: 'Sends by outcome: sent, or the kind of failure',
    labelNames: ['provider', 'channel', 'country', 'outcome'],
  });
  readonly failovers = new Counter({
    ...this.common,
    name: 'proofline_failovers_total',
    help: 'Sends that failed over to the next provider, by the failed provider and the kind of failure',
    labelNames: ['provider', 'channel', 'outcome'],
  });
  readonly checks = new Counter({
    ...this.common,
    name: 'proofline_checks_total',
    help: 'Checks of codes by outcome: approved, the reason for denial, or the kind of failure',
    labelNames: ['provider', 'channel', 'country', 'outcome'],
  });
  readonly providerSeconds = new Histogram({
    ...this.common,
    name: 'proofline_provider_call_duration_seconds',
    help: 'Duration of provider calls by outcome',
    labelNames: ['provider', 'operation', 'outcome'],
    buckets: PROVIDER_SECONDS,
  });
  readonly callbacks = new Counter({
    ...this.common,
    name: 'proofline_callbacks_total',
    help: 'Callbacks of providers, by event and outcome',
    labelNames: ['provider', 'event', 'outcome'],
  });
  readonly webhooks = new Histogram({
    ...this.common,
    name: 'proofline_webhook_duration_seconds',
    help: 'Duration of attempts to deliver a webhook, by the type of the event and the outcome',
    labelNames: ['event', 'outcome'],
    buckets: PROVIDER_SECONDS,
  });
  readonly logins = new Counter({
    ...this.common,
    name: 'proofline_logins_total',
    help: 'Completed and refused logins, by factor and outcome',
    labelNames: ['factor', 'outcome'],
  });
  readonly refusals = new Counter({
    ...this.common,
    name: 'proofline_limit_refusals_total',
    help: 'Requests refused by a limit, by the name of the limit',
    labelNames: ['limit'],
  });

  /** @param processDefaults whether to collect memory, CPU, event loop and garbage collection metrics */
  constructor(processDefaults: boolean) {
    if (processDefaults) collectDefaultMetrics({ register: this.registry });
  }

  /** Adds a gauge of circuit breaker states, read at each scrape. */
  watchCircuits(circuits: readonly { name: string; breakerState: CircuitState }[]): void {
    const gauge = new Gauge<'provider'>({
      ...this.common,
      name: 'proofline_provider_circuit_state',
      help: 'Circuit breaker of a provider: 0 closed, 1 half-open, 2 open',
      labelNames: ['provider'],
      collect: () => {
        for (const { name, breakerState } of circuits) {
          gauge.set({ provider: name }, CIRCUIT_LEVELS[breakerState]);
        }
      },
    });
  }

  /** Adds a gauge of the database pool, read at each scrape. */
  watchPool(state: () => Readonly<Record<string, number>>): void {
    const gauge = new Gauge<'state'>({
      ...this.common,
      name: 'proofline_database_pool_connections',
      help: 'Connections to Postgres (size, available, using) and callers waiting for one',
      labelNames: ['state'],
      collect: () => {
        for (const [name, value] of Object.entries(state())) gauge.set({ state: name }, value);
      },
    });
  }

  /** Adds a gauge of the Redis connection, read at each scrape. */
  watchRedis(redis: { readonly isUp: boolean }): void {
    const gauge: Gauge = new Gauge({
      ...this.common,
      name: 'proofline_redis_up',
      help: 'Whether Redis is available: 1, or 0 while this process works without it',
      collect: () => gauge.set(redis.isUp ? 1 : 0),
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
