import { setTimeout as sleep } from 'node:timers/promises';
import { WebhookError, type WebhookClient } from '../../clients/webhook-client.js';
import type { Statements } from '../../database/statements.js';
import type { SecretBox } from '../../domain/secret-box.js';
import type { DisabledReason, NumberFormat } from '../../domain/webhook.js';
import { errorFields, type Logger } from '../../observability/logger.js';
import { retryAfterSeconds, retryDelay } from './back-off.js';
import * as sql from './delivery.sql.js';
import { bodyOf, headersOf, type StoredEvent } from './message.js';

interface Leased extends StoredEvent {
  endpointId: string;
  id: string;
  attempts: number;
  /** By the clock of the database, which signatures use too. */
  leasedAt: Date;
  url: string;
  sealedSecrets: string[];
  numberFormat: NumberFormat;
}

/** The result of an attempt, with column names. An interrupted one is due again at once. */
interface Outcome {
  endpoint_id: string;
  id: string;
  attempts: number;
  result: 'delivered' | 'retry' | 'failed';
  retry_seconds: number;
  status: number | null;
  error: string | null;
  duration_ms: number;
  answer: string | null;
}

export interface DeliveryDependencies {
  statements: Statements;
  client: WebhookClient;
  secrets: SecretBox;
  logger: Logger;
  places?: Places;
}

/** Deliveries in flight in one process. */
export interface Places {
  endpoint: number;
  /** Of an endpoint without a success for ten seconds. Few, so that it does not hold memory. */
  failing: number;
  application: number;
  /** Of each application, also beyond `total`. */
  own: number;
  /** Of all applications. */
  total: number;
}
const PLACES: Places = { endpoint: 64, failing: 2, application: 128, own: 8, total: 512 };
/** Longer than an attempt and the statement that records it. */
const LEASE_SECONDS = 40;
const IDLE_MS = 500;
const BUSY_MS = 25;
/** Time for deliveries in flight when the process stops. */
const GRACE_MS = 3000;

/**
 * Delivers the events of the outbox at least once. Leases rows, so several processes share the work, and an
 * event whose process died is delivered by another. See ADR 0020.
 */
export class WebhookDeliveryService {
  private readonly running = new Map<string, number>();
  private readonly deliveries = new Set<Promise<void>>();
  private readonly interruption = new AbortController();
  private outcomes: Outcome[] = [];
  private settling: Promise<void> | undefined;

  constructor(private readonly deps: DeliveryDependencies) {}

  /** Starts the loop. The returned function stops it, and gives deliveries in flight three seconds. */
  start(): () => Promise<void> {
    const stopped = new AbortController();
    const loop = this.loop(stopped.signal);
    return async () => {
      stopped.abort();
      await loop;
      await Promise.race([
        Promise.all(this.deliveries),
        sleep(GRACE_MS, undefined, { ref: false }),
      ]);
      this.interruption.abort();
      await Promise.all(this.deliveries);
      await this.settling;
    };
  }

  /** Encrypts secrets anew that an older key encrypted, so that the key can be removed. */
  async resealSecrets(): Promise<void> {
    const { statements, secrets } = this.deps;
    const endpoints = await statements.all<{ id: string; sealedSecrets: string[] }>(sql.SEALED);
    for (const { id, sealedSecrets } of endpoints) {
      if (!sealedSecrets.some((sealed) => secrets.needsReseal(sealed))) continue;
      const renewed = sealedSecrets.map((sealed) => secrets.seal(secrets.open(sealed, id), id));
      await statements.all(sql.RESEAL, [id, renewed, sealedSecrets]);
    }
  }

  private async loop(signal: AbortSignal): Promise<void> {
    const { logger } = this.deps;
    const logFailure = (error: unknown) => logger.warn('webhook.loop_failed', errorFields(error));
    await this.resealSecrets().catch(logFailure);
    while (!signal.aborted) {
      const started = await this.startDue().catch((error: unknown) => (logFailure(error), 0));
      const pause = started > 0 ? BUSY_MS : IDLE_MS * (0.75 + Math.random() / 2);
      await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Leases what is due and starts to deliver it. @returns how many */
  private async startDue(): Promise<number> {
    const { statements, places = PLACES } = this.deps;
    const busy = [[...this.running.keys()], [...this.running.values()]];
    const bind = [...busy, JSON.stringify(places), LEASE_SECONDS];
    const leased = await statements.all<Leased>(sql.LEASE, bind);
    for (const delivery of leased) {
      const done = this.deliver(delivery).finally(() => this.deliveries.delete(done));
      this.deliveries.add(done);
    }
    return leased.length;
  }

  private async deliver(delivery: Leased): Promise<void> {
    const { endpointId, id, attempts, type: event } = delivery;
    this.running.set(endpointId, (this.running.get(endpointId) ?? 0) + 1);
    const startedAt = performance.now();
    const attempt = await this.attempt(delivery);
    const durationMs = Math.round(performance.now() - startedAt);
    const { result, status, error } = attempt;
    const fields = { endpointId, event, attempts, durationMs, outcome: error ?? result };
    const log = { ...fields, ...(status !== null && { status }) };
    if (result === 'delivered') this.deps.logger.debug('webhook.delivered', log);
    else this.deps.logger.info('webhook.failed', log);
    this.outcomes.push({
      ...attempt,
      endpoint_id: endpointId,
      id,
      attempts,
      duration_ms: durationMs,
    });
    this.settling ??= this.settleAll();
    await this.settling;
    const left = (this.running.get(endpointId) ?? 1) - 1;
    if (left > 0) this.running.set(endpointId, left);
    else this.running.delete(endpointId);
  }

  private async attempt(
    delivery: Leased,
  ): Promise<Omit<Outcome, 'endpoint_id' | 'id' | 'attempts' | 'duration_ms'>> {
    const { attempts, endpointId, eventId, numberFormat, sealedSecrets, url } = delivery;
    const failed = (error: string, wish = 0) => {
      const delay = retryDelay(attempts, wish);
      const result = delay === undefined ? ('failed' as const) : ('retry' as const);
      return { result, retry_seconds: delay ?? 0, status: null, error, answer: null };
    };
    try {
      const secrets = sealedSecrets.map((sealed) => this.deps.secrets.open(sealed, endpointId));
      const body = bodyOf(delivery, numberFormat);
      const headers = headersOf(eventId, body, secrets, delivery.leasedAt);
      const { signal } = this.interruption;
      const answer = await this.deps.client.post({ url, headers, body, signal });
      const { status, text } = answer;
      if (status >= 200 && status < 300) {
        return { result: 'delivered', retry_seconds: 0, status, error: null, answer: text };
      }
      const wish = retryAfterSeconds(answer.retryAfter);
      return { ...failed(`status_${Math.floor(status / 100)}xx`, wish), status, answer: text };
    } catch (error) {
      if (this.interruption.signal.aborted) {
        return { ...failed(sql.INTERRUPTED), result: 'retry', retry_seconds: 0 };
      }
      if (error instanceof WebhookError) return failed(error.fault);
      this.deps.logger.error('webhook.attempt_failed', { endpointId, ...errorFields(error) });
      return failed('internal');
    }
  }

  /** Records outcomes in batches. If that fails, the leases end and the events are delivered again. */
  private async settleAll(): Promise<void> {
    const { logger, statements } = this.deps;
    // Lets what ends in this turn join the batch.
    await Promise.resolve();
    while (this.outcomes.length > 0) {
      const batch = this.outcomes.splice(0);
      try {
        const changed = await statements.finishing.all<{
          endpointId: string;
          disabledReason: DisabledReason | null;
        }>(sql.SETTLE, [JSON.stringify(batch)]);
        for (const { endpointId, disabledReason } of changed) {
          if (disabledReason === null) continue;
          logger.warn('webhook.endpoint_disabled', { endpointId, outcome: disabledReason });
        }
      } catch (error) {
        logger.warn('webhook.settle_failed', { count: batch.length, ...errorFields(error) });
      }
    }
    this.settling = undefined;
  }
}
