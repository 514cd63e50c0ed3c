import type { Operations } from './api-types.js';

type Channel = Operations['requestOtp']['output']['channel'];

/** The types of events, as `POST /webhooks` takes them. */
export type WebhookEventType = WebhookEvent['type'];

/** A change that the service tells of. `id` stays the same when it is delivered again. */
export type WebhookEvent =
  | Event<VerificationEventType | 'number.verified', VerificationData>
  | Event<'number.blocked', BlockData>
  | Event<'application.limit_reached', LimitData>
  | Event<'webhook.test', { applicationId: string | null }>;

type VerificationEventType = `verification.${
  | 'requested'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'denied'
  | 'exhausted'
  | 'verified'
  | 'expired'
  | 'cancelled'
  | 'failed'}`;

/** One member of the union for each type, so that `switch (event.type)` narrows `data`. */
type Event<Type extends string, Data> = Type extends string
  ? { id: string; type: Type; timestamp: string; data: Data }
  : never;

interface VerificationData {
  verificationId: string;
  applicationId: string;
  /** In E.164 format; with asterisks if the endpoint receives masked numbers. */
  phoneNumber: string;
  /** Grows with each event of a verification: sort by it to restore their order. */
  sequence: number;
  country: string;
  purpose: string;
  channel: Channel;
  reference: string | null;
  /** Why, where the type of the event does not say it all. */
  reason?: string;
  attemptsRemaining?: number;
}

interface BlockData {
  applicationId: string;
  phoneNumber: string;
  country: string;
  reason: string;
}

interface LimitData {
  applicationId: string;
  limit: string;
  quota: number;
  windowSeconds: number;
}
