/** Every event that an endpoint can receive, but `webhook.test`, which each receives on request. */
export const WEBHOOK_EVENTS = [
  'verification.requested',
  'verification.sent',
  'verification.delivered',
  'verification.undelivered',
  'verification.denied',
  'verification.exhausted',
  'verification.verified',
  'verification.expired',
  'verification.cancelled',
  'verification.failed',
  'number.verified',
  'number.blocked',
  'application.limit_reached',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export const TEST_EVENT = 'webhook.test' as const;

/** How an endpoint receives phone numbers. */
export const NUMBER_FORMATS = ['full', 'masked'] as const;
export type NumberFormat = (typeof NUMBER_FORMATS)[number];

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Why an endpoint receives nothing: by an operator, by its answer 410, or after days of failures. */
export const DISABLED_REASONS = ['operator', 'gone', 'failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];
