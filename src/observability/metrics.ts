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
 * What is counted, for Prometheus. Every label has a fixed or bounded set of values: never a number, an id, an
 * address or anything else that a caller chooses.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly common = { registers: [this.registry] };

  readonly requests = new Counter({
    ...this.common,
    name: 'proofline_http_requests_total',
    help: 'HTTP requests answered, by route template; status 499 when the client left first',
    labelNames: ['route', 'method', 'status'],
  });
  readonly requestSeconds = new Histogram({
    ...this.common,
    name: 'proofline_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer',
    labelNames: ['route', 'method'],
    buckets: REQUEST_SECONDS,
  });
  readonly inFlight = new Gauge({
    ...this.common,
    name: 'proofline_http_requests_in_flight',
    help: 'HTTP requests that are being worked on',
  });
  readonly sends = new Counter({
    ...this.common,
    name: 'proofline_sends_total',
    help: 'Messages handed to a provider: sent, or how that failed',
    labelNames: ['provider', 'channel', 'country', 'outcome'],
  });
  readonly failovers = new Counter({
    ...this.common,
    name: 'proofline_failovers_total',
    help: 'Sends that went on to the next provider, by the one that certainly did nothing and why',
    labelNames: ['provider', 'channel', 'outcome'],
  });
  readonly checks = new Counter({
    ...this.common,
    name: 'proofline_checks_total',
    help: 'Codes that were compared: approved, why they were denied, or how that failed',
    labelNames: ['provider', 'channel', 'country', 'outcome'],
  });
  readonly providerSeconds = new Histogram({
    ...this.common,
    name: 'proofline_provider_call_duration_seconds',
    help: 'Calls that reached for a provider: answered, or how that failed',
    labelNames: ['provider', 'operation', 'outcome'],
    buckets: PROVIDER_SECONDS,
  });
  readonly callbacks = new Counter({
    ...this.common,
    name: 'proofline_callbacks_total',
    help: 'Callbacks of providers, by what they were about and what came of them',
    labelNames: ['provider', 'event', 'outcome'],
  });
  readonly logins = new Counter({
    ...this.common,
    name: 'proofline_logins_total',
    help: 'Logins that were completed or refused, by factor and outcome',
    labelNames: ['factor', 'outcome'],
  });
  readonly refusals = new Counter({
    ...this.common,
    name: 'proofline_limit_refusals_total',
    help: 'Requests refused by a limit, by its name',
    labelNames: ['limit'],
  });

  /** @param processDefaults whether memory, CPU, event loop and garbage collection are measured too */
  constructor(processDefaults: boolean) {
    if (processDefaults) collectDefaultMetrics({ register: this.registry });
  }

  /** From now on the state of each circuit is read whenever somebody asks for the metrics. */
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

  /** The same for the database pool. */
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

  /** The same for Redis, where one is used. */
  watchRedis(redis: { readonly isUp: boolean }): void {
    const gauge: Gauge = new Gauge({
      ...this.common,
      name: 'proofline_redis_up',
      help: 'Whether Redis answers: 1, or 0 while this process does without it',
      collect: () => gauge.set(redis.isUp ? 1 : 0),
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Everything in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
