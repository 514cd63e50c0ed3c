import { z } from 'zod';
import { signSinchRequest, type SinchApplication } from '../../../clients/sinch-signing.js';
import type { SettingsStore } from '../settings-store.js';
import { deliveredEvent, requestEvent, resultEvent } from './events.js';
import {
  calloutOptionsSchema,
  flashCallOptionsSchema,
  smsOptionsSchema,
  whatsappOptionsSchema,
} from './requests.js';
import type { SinchSimulatorSettings } from './settings.js';
import { sinchTimestamp } from './timestamps.js';
import type { Verification } from './verifications.js';

const CONTENT_TYPE = 'application/json; charset=utf-8';

const code = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,10}$/)
  .optional();
const acceptLanguage = z.array(z.string()).optional();
const allowSchema = z.object({
  action: z.literal('allow'),
  sms: smsOptionsSchema.extend({ code, acceptLanguage }).optional(),
  flashCall: flashCallOptionsSchema
    .extend({
      cli: z
        .string()
        .regex(/^\+[0-9]{5,15}$/)
        .optional(),
    })
    .optional(),
  callout: calloutOptionsSchema.extend({ code }).optional(),
  whatsapp: whatsappOptionsSchema.extend({ acceptLanguage }).optional(),
});
const denySchema = z.object({ action: z.literal('deny') });
const verdictSchema = z.discriminatedUnion('action', [allowSchema, denySchema]);

/** Options of the callback's response that override those of the request. */
export type CallbackOverrides = Omit<z.infer<typeof allowSchema>, 'action'>;

/** The application's response to a request event; `unanswered` without an HTTP response in time. */
export type Verdict =
  | { kind: 'allowed'; overrides: CallbackOverrides }
  | { kind: 'denied' }
  | { kind: 'invalid' }
  | { kind: 'unanswered' };

/**
 * Signed callbacks to the application's URL. Result and delivery events are sent once, and their
 * responses ignored.
 */
export class Callbacks {
  private readonly closing = new AbortController();

  constructor(
    private readonly settings: SettingsStore<SinchSimulatorSettings>,
    private readonly application: SinchApplication,
  ) {}

  /** Asks the application for permission. Without a callback URL everything is allowed. */
  async ask(verification: Verification, languages: readonly string[]): Promise<Verdict> {
    if (this.settings.current.callbackUrl === null) return { kind: 'allowed', overrides: {} };
    const answer = await this.post(requestEvent(verification, languages));
    return answer === undefined ? { kind: 'unanswered' } : verdictOf(answer);
  }

  reportResult(verification: Verification): void {
    void this.post(resultEvent(verification));
  }

  reportDelivery(verification: Verification, smsResult: 'Successful' | 'Failed'): void {
    void this.post(deliveredEvent(verification, smsResult));
  }

  close(): void {
    this.closing.abort();
  }

  private async post(event: object): Promise<{ status: number; body: string } | undefined> {
    const { callbackUrl, callbackTimeoutMs } = this.settings.current;
    if (callbackUrl === null) return undefined;
    const body = JSON.stringify(event);
    try {
      const response = await fetch(callbackUrl, {
        method: 'POST',
        redirect: 'manual',
        headers: this.headersFor(callbackUrl, body),
        body,
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(callbackTimeoutMs)]),
      });
      return { status: response.status, body: await response.text() };
    } catch {
      return undefined;
    }
  }

  private headersFor(callbackUrl: string, body: string): Record<string, string> {
    const signed = signSinchRequest({
      ...this.application,
      method: 'POST',
      path: new URL(callbackUrl).pathname,
      body,
      contentType: CONTENT_TYPE,
      timestamp: `${sinchTimestamp(new Date())}Z`,
    });
    // Sinch's callbacks write the scheme in lower case.
    const authorization = signed.authorization.replace('Application', 'application');
    return { ...signed, authorization, 'content-type': CONTENT_TYPE };
  }
}

function verdictOf({ status, body }: { status: number; body: string }): Verdict {
  if (status !== 200) return { kind: 'invalid' };
  try {
    const verdict = verdictSchema.parse(JSON.parse(body));
    return verdict.action === 'deny' ? { kind: 'denied' } : { kind: 'allowed', overrides: verdict };
  } catch {
    return { kind: 'invalid' };
  }
}
