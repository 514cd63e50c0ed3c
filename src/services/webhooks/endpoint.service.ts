import { randomBytes } from 'node:crypto';
import type { Statements } from '../../database/statements.js';
import { isIP } from 'node:net';
import { isReachableAddress } from '../../domain/network-address.js';
import type { SecretBox } from '../../domain/secret-box.js';
import {
  TEST_EVENT,
  type DeliveryStatus,
  type DisabledReason,
  type NumberFormat,
} from '../../domain/webhook.js';
import { refusalOf, refusedByLimit, type RefusalRow } from '../limits/refusals.js';
import * as sql from './endpoints.sql.js';

/** An application, or null for an operator, who sees every application. */
export type WebhookScope = string | null;

export interface NewEndpoint {
  url: string;
  /** Types of events, or `*` for all. */
  events: readonly string[];
  numberFormat: NumberFormat;
}

export interface Endpoint extends NewEndpoint {
  id: string;
  /** Null: receives the events of every application. */
  applicationId: string | null;
  /** Number of live secrets. */
  secrets: number;
  failingSince: Date | null;
  disabledAt: Date | null;
  disabledReason: DisabledReason | null;
  createdAt: Date;
}

/** With its secret, which is shown once. */
export type CreatedEndpoint = Endpoint & { secret: string };

/** An attempt to deliver. `status` is null if no answer came, and `error` tells why. */
export interface DeliveryAttempt {
  at: string;
  status: number | null;
  error: string | null;
  durationMs: number;
  /** The first 1 KB of the answer. */
  answer: string | null;
}

export interface Delivery {
  id: string;
  eventId: string;
  type: string;
  verificationId: string | null;
  status: DeliveryStatus;
  occurredAt: Date;
  nextAttemptAt: Date | null;
  attempts: DeliveryAttempt[];
}

/** An endpoint, or nulls. */
type CreatedRow = Omit<Endpoint, 'id'> & { id: string | null; isKnown: boolean };

const MAX_ENDPOINTS = 16;
const MAX_DELIVERIES_SHOWN = 100;
/** Tests and replays of an application, but not those of operators. */
const MAX_PER_MINUTE = 60;
const SECRET_BYTES = 32;

/** Endpoints of webhooks, for their applications and for operators. Owns `webhook_endpoints`. */
export class WebhookEndpointService {
  constructor(
    private readonly statements: Statements,
    private readonly secrets: SecretBox,
    private readonly rules: { allowPrivate: boolean },
  ) {}

  /** Why this URL cannot be an endpoint; undefined if it can. Names are resolved with each delivery. */
  faultOf(url: string): string | undefined {
    const { allowPrivate } = this.rules;
    if (!URL.canParse(url)) return 'must be a URL';
    const { protocol, username, password, hostname } = new URL(url);
    if (protocol !== 'https:' && !(allowPrivate && protocol === 'http:')) return 'must use https';
    if (username !== '' || password !== '') return 'must not contain credentials';
    const host = hostname.replace(/^\[|\]$/g, '');
    const isPrivateName = /(^|\.)localhost\.?$/.test(host) && !allowPrivate;
    if (isPrivateName || (isIP(host) > 0 && !isReachableAddress(host, allowPrivate)))
      return 'must be a public address';
    return undefined;
  }

  /** @returns the endpoint with its secret, which is shown once; or why there is none */
  async create(
    applicationId: string | null,
    { url, events, numberFormat }: NewEndpoint,
  ): Promise<CreatedEndpoint | 'unknown_application' | 'too_many'> {
    const id = `we_${randomBytes(12).toString('hex')}`;
    const secret = newSecret();
    const row = await this.statements.first<CreatedRow>(sql.CREATE, [
      applicationId,
      id,
      url,
      events,
      numberFormat,
      this.secrets.seal(secret, id),
      MAX_ENDPOINTS,
    ]);
    if (row?.isKnown !== true) return 'unknown_application';
    const { isKnown: _known, id: createdId, ...endpoint } = row;
    return createdId === null ? 'too_many' : { ...endpoint, id: createdId, secret };
  }

  list(scope: WebhookScope): Promise<Endpoint[]> {
    return this.statements.all<Endpoint>(sql.LIST, [scope]);
  }

  find(scope: WebhookScope, id: string): Promise<Endpoint | undefined> {
    return this.statements.first<Endpoint>(sql.FIND, [scope, id]);
  }

  /** Returns whether it existed. */
  async delete(scope: WebhookScope, id: string): Promise<boolean> {
    return (await this.statements.first(sql.DELETE, [scope, id])) !== undefined;
  }

  /**
   * Adds a secret. Events are signed with it and with the one before, until the next rotation.
   * @param keepOld false ends the old secrets at once, for one that leaked
   */
  async rotate(
    scope: WebhookScope,
    id: string,
    keepOld: boolean,
  ): Promise<CreatedEndpoint | undefined> {
    const secret = newSecret();
    const bind = [scope, id, this.secrets.seal(secret, id), keepOld];
    const endpoint = await this.statements.first<Endpoint>(sql.ROTATE, bind);
    return endpoint && { ...endpoint, secret };
  }

  /** Writes no further events for it. Those in the outbox wait. */
  disable(scope: WebhookScope, id: string): Promise<Endpoint | undefined> {
    return this.statements.first<Endpoint>(sql.DISABLE, [scope, id]);
  }

  enable(scope: WebhookScope, id: string): Promise<Endpoint | undefined> {
    return this.statements.first<Endpoint>(sql.ENABLE, [scope, id]);
  }

  /** The newest deliveries with all attempts; undefined if the endpoint is unknown. */
  async deliveries(scope: WebhookScope, id: string): Promise<Delivery[] | undefined> {
    if (!(await this.find(scope, id))) return undefined;
    return this.statements.all<Delivery>(sql.DELIVERIES, [id, MAX_DELIVERIES_SHOWN]);
  }

  /** Tests and replays of an application. @throws AppError `rate_limited` */
  private async limit(scope: WebhookScope): Promise<void> {
    if (scope === null) return;
    const row = await this.statements.first<RefusalRow>(sql.TAKE_LIMIT, [scope, MAX_PER_MINUTE]);
    const refusal = row && refusalOf(row);
    if (refusal) throw refusedByLimit(refusal);
  }

  /**
   * Delivers again, with the same event id.
   * @param deliveryId undefined for all that have failed
   * @returns how many; undefined if the endpoint is unknown
   * @throws AppError `rate_limited`
   */
  async replay(scope: WebhookScope, id: string, deliveryId?: string): Promise<number | undefined> {
    if (!(await this.find(scope, id))) return undefined;
    await this.limit(scope);
    return (await this.statements.all(sql.REPLAY, [id, deliveryId ?? null])).length;
  }

  /**
   * Sends a `webhook.test` event.
   * @returns its id; undefined if the endpoint is unknown
   * @throws AppError `rate_limited`
   */
  async sendTest(scope: WebhookScope, id: string): Promise<string | undefined> {
    const endpoint = await this.find(scope, id);
    if (!endpoint) return undefined;
    await this.limit(scope);
    const eventId = `evt_${randomBytes(16).toString('hex')}`;
    await this.statements.all(sql.ADD_TEST, [id, endpoint.applicationId, eventId, TEST_EVENT]);
    return eventId;
  }

  /** Directs the events of every application to the page of the development environment. */
  async putDevelopment(id: string, url: string, secret: string): Promise<void> {
    await this.statements.all(sql.PUT_DEVELOPMENT, [id, url, this.secrets.seal(secret, id)]);
  }
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
