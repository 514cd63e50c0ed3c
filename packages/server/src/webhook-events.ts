import type { Operations } from './api-types.js';

type Channel = Operations['requestOtp']['output']['channel'];

/** The types of events, as `POST /webhooks` takes them. */
export type WebhookEventType = WebhookEvent['type'];

/** A change that the service tells of. `id` stays the same when it is delivered again. */
export type WebhookEvent =
  | Event<VerificationEventType, VerificationData>
  | Event<'number.verified' | 'number.blocked', NumberData>
  | Event<'spend.threshold' | 'application.limit_reached', ApplicationData>;

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
  /** In full or masked, by the setting of the endpoint. */
  phoneNumber: string;
  channel: Channel;
  purpose: string;
  reference?: string;
}

interface NumberData {
  applicationId: string;
  /** In full or masked, by the setting of the endpoint. */
  phoneNumber: string;
}

interface ApplicationData {
  applicationId: string;
}
