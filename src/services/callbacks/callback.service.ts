import { isUtf8 } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import {
  isSinchWebhook,
  judgeSinchCallback,
  type ReceivedCallback,
  type SinchCallbackAccount,
} from '../../clients/callback-authenticity.js';
import { constantTimeEquals } from '../../clients/sinch-signing.js';
import type { ProviderName } from '../../config/providers.js';
import { AppError, type ErrorExtras } from '../../errors/app-error.js';
import type { ErrorCode } from '../../errors/error-catalogue.js';
import { errorFields, type Logger } from '../../observability/logger.js';
import * as schema from '../../schemas/callback.schema.js';
import * as reports from './delivery-reports.js';
import type { DeliveryReport, DeliveryService, MessageReference } from './delivery.service.js';
import { randomCode } from '../providers/local-code/local-code.service.js';

/** Sinch waits one second for the answer to a request event. */
const DECISION_TIMEOUT_MS = 800;

/** Methods whose code the callback may set, and the member of the answer that carries it. */
const CODE_FIELDS = new Map<string, 'sms' | 'callout'>([
  ['sms', 'sms'],
  ['callout', 'callout'],
]);

export interface CallbackOptions {
  /** Undefined: callbacks of Sinch Verification are refused. */
  sinchVerification: SinchCallbackAccount | undefined;
  /** Path token of delivery reports. Undefined: they are refused. */
  token: string | undefined;
  /** HMAC secret of Sinch SMS webhooks. Undefined: the token alone authenticates them. */
  sinchSmsSecret: string | undefined;
  /** Digits of the codes set by the callback; null: Sinch generates them. */
  ownCodeLength: number | null;
  /** A send may be authorized for this long after it starts. */
  sendWindowSeconds: number;
}

export interface CallbackDependencies {
  deliveries: DeliveryService;
  logger: Logger;
  options: CallbackOptions;
}

/** One provider event. It is ignored without a message or a report. */
interface ProviderReport {
  provider: ProviderName;
  event: 'delivery' | 'result';
  message: MessageReference | undefined;
  report: DeliveryReport | undefined;
}

/**
 * Handles providers' callbacks. Records delivery and authorizes sends, but never completes a verification.
 */
export class CallbackService {
  constructor(private readonly deps: CallbackDependencies) {}

  /** @throws AppError `callback_refused` without a current signature of Sinch, `invalid_request` */
  async sinchVerification(received: ReceivedCallback): Promise<schema.SinchVerificationResponse> {
    const provider = 'sinch-verification';
    const { sinchVerification: account } = this.deps.options;
    const verdict = account ? judgeSinchCallback(received, account) : 'signature';
    if (verdict !== 'genuine') throw this.refuse(provider, verdict, 'callback_refused');
    const event = this.read(provider, schema.sinchVerificationEvent, received.body);
    const message = sendOf(event.reference);
    switch (event.event) {
      case 'VerificationRequestEvent':
        return this.decide(event);
      case 'VerificationResultEvent': {
        const report = reports.reportOfResult(event);
        await this.record({ provider, event: 'result', message, report });
        return {};
      }
      case 'VerificationSmsDeliveredEvent': {
        const report = reports.reportOfReceipt(event);
        await this.record({ provider, event: 'delivery', message, report });
        return {};
      }
      default:
        this.note({ provider, event: 'other', outcome: 'ignored' });
        return {};
    }
  }

  /**
   * @throws AppError `not_found` without the token, `callback_refused` without the signature,
   * `invalid_request`
   */
  async sinchSms(token: string, received: ReceivedCallback): Promise<void> {
    const provider = 'local-code';
    this.requireToken(provider, token);
    const { sinchSmsSecret: secret } = this.deps.options;
    if (secret !== undefined && !isSinchWebhook(received, secret)) {
      throw this.refuse(provider, 'signature', 'callback_refused');
    }
    const body = this.read(provider, schema.sinchSmsReport, received.body);
    const message = sendOf(body.client_reference);
    const report = reports.reportOfSinchSms(body);
    await this.record({ provider, event: 'delivery', message, report });
  }

  /** @throws AppError `not_found` without the token, `invalid_request` */
  async infobip(token: string, received: ReceivedCallback): Promise<void> {
    const provider = 'infobip-2fa';
    this.requireToken(provider, token);
    const { results } = this.read(provider, schema.infobipReports, received.body);
    for (const result of results) {
      const { messageId } = result;
      const message = messageId ? { messageId } : undefined;
      const report = reports.reportOfInfobip(result);
      await this.record({ provider, event: 'delivery', message, report });
    }
  }

  /**
   * Allows only sends that this service has started, so a leaked application key alone cannot send.
   * Denies when the database does not answer in time.
   */
  private async decide(
    event: schema.SinchVerificationEvent,
  ): Promise<schema.SinchVerificationResponse> {
    const field = CODE_FIELDS.get((event.method ?? '').toLowerCase());
    const length = field === undefined ? null : this.deps.options.ownCodeLength;
    if (!(await this.isAuthorized(event.reference ?? '', length))) return { action: 'deny' };
    if (field === undefined || length === null) return { action: 'allow' };
    return { action: 'allow', [field]: { code: randomCode(length) } };
  }

  private async isAuthorized(reference: string, codeLength: number | null): Promise<boolean> {
    const { deliveries, logger, options } = this.deps;
    const fields = { provider: 'sinch-verification', event: 'request' };
    const clock = new AbortController();
    try {
      const verificationId = await Promise.race([
        deliveries.authorizeSend(fields.provider, reference, options.sendWindowSeconds, codeLength),
        sleep(DECISION_TIMEOUT_MS, 'late' as const, { signal: clock.signal }),
      ]);
      if (verificationId === 'late') throw new Error('the database did not answer in time');
      const isOurs = verificationId !== undefined;
      this.note({ ...fields, outcome: isOurs ? 'allowed' : 'denied', verificationId });
      return isOurs;
    } catch (error) {
      logger.warn('callback.received', { ...fields, outcome: 'undecided', ...errorFields(error) });
      return false;
    } finally {
      clock.abort();
    }
  }

  private async record({ message, report, ...fields }: ProviderReport): Promise<void> {
    if (!message || !report) {
      this.note({ ...fields, outcome: 'ignored' });
      return;
    }
    const recorded = await this.deps.deliveries.record(fields.provider, message, report);
    this.note({ ...fields, ...recorded });
  }

  private note({
    verificationId,
    ...fields
  }: {
    provider: string;
    event: string;
    outcome: string;
    verificationId?: string | undefined;
  }): void {
    this.deps.logger.info('callback.received', {
      ...fields,
      ...(verificationId !== undefined && { verificationId }),
    });
  }

  /** Answers `not_found` without the token, as for a path that does not exist. */
  private requireToken(provider: ProviderName, token: string): void {
    const { token: expected } = this.deps.options;
    if (expected !== undefined && constantTimeEquals(token, expected)) return;
    throw this.refuse(provider, 'token', 'not_found');
  }

  private read<T>(provider: ProviderName, shape: z.ZodType<T>, body: Buffer): T {
    const parsed = shape.safeParse(parseJson(body));
    if (parsed.success) return parsed.data;
    const errors = [{ pointer: '', message: 'is not a callback of this provider' }];
    throw this.refuse(provider, 'body', 'invalid_request', { errors });
  }

  private refuse(
    provider: ProviderName,
    outcome: string,
    code: ErrorCode,
    extras: ErrorExtras = {},
  ): AppError {
    this.deps.logger.warn('callback.refused', { provider, outcome });
    return new AppError(code, { extras });
  }
}

function sendOf(reference: string | null | undefined): MessageReference | undefined {
  return reference ? { sendReference: reference } : undefined;
}

function parseJson(body: Buffer): unknown {
  try {
    return isUtf8(body) ? JSON.parse(body.toString()) : undefined;
  } catch {
    return undefined;
  }
}
