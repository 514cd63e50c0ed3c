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
import type { ProviderName } from '../../config/config.js';
import { AppError, type ErrorExtras } from '../../errors/app-error.js';
import type { ErrorCode } from '../../errors/error-catalogue.js';
import { errorFields, type Logger } from '../../observability/logger.js';
import * as schema from '../../schemas/callback.schema.js';
import * as reports from './delivery-reports.js';
import type { DeliveryReport, DeliveryService, MessageReference } from './delivery.service.js';
import { randomCode } from '../providers/local-code/local-code.service.js';

/** Sinch wants to hear within a second whether it may send. */
const DECISION_TIMEOUT_MS = 800;

/** The methods whose code Sinch lets the callback choose, and where it stands in the answer. */
const CODE_FIELDS = new Map<string, 'sms' | 'callout'>([
  ['sms', 'sms'],
  ['callout', 'callout'],
]);

export interface CallbackOptions {
  /** Undefined: no callback of Sinch Verification is genuine. */
  sinchVerification: SinchCallbackAccount | undefined;
  /** Undefined: no delivery report is. */
  token: string | undefined;
  /** Undefined: the token is all that is asked of Sinch SMS. */
  sinchSmsSecret: string | undefined;
  /** Digits of the codes that are chosen here; null: Sinch chooses. */
  ownCodeLength: number | null;
  /** For so long after its begin somebody waits for a send. */
  sendWindowSeconds: number;
}

export interface CallbackDependencies {
  deliveries: DeliveryService;
  logger: Logger;
  options: CallbackOptions;
}

/** What a provider tells of a message; what it does not name, or does not settle, is ignored. */
interface ProviderReport {
  provider: ProviderName;
  event: 'delivery' | 'result';
  message: MessageReference | undefined;
  report: DeliveryReport | undefined;
}

/** What providers tell us. It adds to the timeline and answers whether Sinch may send; it ends and verifies nothing. */
export class CallbackService {
  constructor(private readonly deps: CallbackDependencies) {}

  /** @throws AppError `callback_refused` for what Sinch has not signed just now, `invalid_request` */
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

  /** @throws AppError `not_found` without the token, `callback_refused` without the signature, `invalid_request` */
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
   * Allows what is a send of ours under way, which has passed our limits, and nothing else: the application key alone
   * spends no money. Without an answer of the database in time: no.
   */
  private async decide(
    event: schema.SinchVerificationEvent,
  ): Promise<schema.SinchVerificationResponse> {
    const place = CODE_FIELDS.get((event.method ?? '').toLowerCase());
    const length = place === undefined ? null : this.deps.options.ownCodeLength;
    if (!(await this.mayBeSent(event.reference ?? '', length))) return { action: 'deny' };
    if (place === undefined || length === null) return { action: 'allow' };
    return { action: 'allow', [place]: { code: randomCode(length) } };
  }

  private async mayBeSent(reference: string, codeLength: number | null): Promise<boolean> {
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

  /** Without it the answer is that of an address where there is nothing. */
  private requireToken(provider: ProviderName, token: string): void {
    const { token: expected } = this.deps.options;
    if (expected !== undefined && constantTimeEquals(token, expected)) return;
    throw this.refuse(provider, 'token', 'not_found');
  }

  private read<T>(provider: ProviderName, shape: z.ZodType<T>, body: Buffer): T {
    const parsed = shape.safeParse(parseJson(body));
    if (parsed.success) return parsed.data;
    const errors = [{ pointer: '', message: 'is not a valid callback of this provider' }];
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
