import { Webhook } from 'standardwebhooks';
import { maskPhoneNumber } from '../../domain/phone-number.js';
import type { NumberFormat } from '../../domain/webhook.js';

/** An event as the outbox has it. */
export interface StoredEvent {
  eventId: string;
  type: string;
  applicationId: string | null;
  verificationId: string | null;
  phoneNumber: string | null;
  /** The other fields of `data`. Never a code. */
  data: Record<string, unknown>;
  occurredAt: Date;
}

/** The body of an event: `{ type, timestamp, data }`. */
export function bodyOf(event: StoredEvent, format: NumberFormat): string {
  const { type, applicationId, verificationId, phoneNumber, data, occurredAt } = event;
  return JSON.stringify({
    type,
    timestamp: occurredAt.toISOString(),
    data: {
      ...(verificationId !== null && { verificationId }),
      applicationId,
      ...(phoneNumber !== null && {
        phoneNumber: format === 'full' ? phoneNumber : maskPhoneNumber(phoneNumber),
      }),
      ...data,
    },
  });
}

/** Headers of Standard Webhooks, with a signature for each live secret. @param now time of the attempt */
export function headersOf(
  eventId: string,
  body: string,
  secrets: readonly string[],
  now: Date,
): Record<string, string> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(eventId, now, body));
  return {
    'content-type': 'application/json',
    'user-agent': 'Proofline-Webhooks',
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}
