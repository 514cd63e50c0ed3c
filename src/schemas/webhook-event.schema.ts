import { z } from 'zod';
import { TEST_EVENT, WEBHOOK_EVENTS, type WebhookEvent } from '../domain/webhook.js';
import {
  channelField,
  instantField,
  referenceField,
  verificationIdField,
} from './common.schema.js';

/** The bodies of webhooks, for the OpenAPI document. Receivers must accept further fields. */

const applicationIdField = z.string().meta({ examples: ['app_default'] });
const numberField = z
  .string()
  .describe('In E.164 format; with asterisks if the endpoint receives masked numbers')
  .meta({ examples: ['+14155552671'] });
const countryField = z.string().meta({ examples: ['US'] });

const verification = {
  verificationId: verificationIdField,
  applicationId: applicationIdField,
  phoneNumber: numberField,
  sequence: z
    .int()
    .describe('Place in the history of the verification: sort by it to restore the order')
    .meta({ examples: [3] }),
  country: countryField,
  purpose: z.string().meta({ examples: ['verification'] }),
  channel: channelField,
  reference: referenceField.nullable(),
};
const reason = z.string().meta({ examples: ['wrong_code'] });
const attemptsLeft = z
  .int()
  .min(0)
  .meta({ examples: [2] });

const DATA: Readonly<Record<WebhookEvent | typeof TEST_EVENT, z.ZodObject>> = {
  'verification.requested': z.strictObject(verification),
  'verification.sent': z.strictObject({
    ...verification,
    reason: z
      .literal('outcome_unknown')
      .optional()
      .describe('The provider did not answer in time; the message may arrive'),
  }),
  'verification.delivered': z.strictObject({ ...verification, reason: reason.optional() }),
  'verification.undelivered': z.strictObject({ ...verification, reason: reason.optional() }),
  'verification.denied': z.strictObject({
    ...verification,
    reason,
    attemptsRemaining: attemptsLeft,
  }),
  'verification.exhausted': z.strictObject({
    ...verification,
    reason,
    attemptsRemaining: attemptsLeft.optional(),
  }),
  'verification.verified': z.strictObject(verification),
  'verification.expired': z.strictObject(verification),
  'verification.cancelled': z.strictObject(verification),
  'verification.failed': z.strictObject({ ...verification, reason: reason.optional() }),
  'number.verified': z.strictObject(verification),
  'number.blocked': z.strictObject({
    applicationId: applicationIdField,
    phoneNumber: numberField,
    country: countryField,
    reason: z.enum(['too_many_wrong_codes', 'operator']),
  }),
  'application.limit_reached': z.strictObject({
    applicationId: applicationIdField,
    limit: z.string().meta({ examples: ['send-per-application'] }),
    windowSeconds: z
      .int()
      .min(1)
      .meta({ examples: [86_400] }),
  }),
  'webhook.test': z.strictObject({ applicationId: applicationIdField.nullable() }),
};

export interface EventDocument {
  type: WebhookEvent | typeof TEST_EVENT;
  summary: string;
  schema: z.ZodType;
}

const SUMMARIES: Readonly<Record<EventDocument['type'], string>> = {
  'verification.requested': 'A code was requested',
  'verification.sent': 'The provider accepted a message; again after each resend',
  'verification.delivered': 'The provider reported the delivery',
  'verification.undelivered': 'The provider reported that the message did not arrive',
  'verification.denied': 'A code was wrong',
  'verification.exhausted': 'The last attempt was denied',
  'verification.verified': 'The code was right',
  'verification.expired': 'The code expired; sent within two minutes of it',
  'verification.cancelled': 'The verification was cancelled',
  'verification.failed': 'No message was sent',
  'number.verified': 'The phone number was proved; with each verification that succeeds',
  'number.blocked': 'A phone number of the application was blocked',
  'application.limit_reached': 'A quota of the application is used up',
  'webhook.test': 'A test, on request',
};

/** Every event with the schema of its body. */
export const EVENT_DOCUMENTS: readonly EventDocument[] = (
  [...WEBHOOK_EVENTS, TEST_EVENT] as const
).map((type) => ({
  type,
  summary: SUMMARIES[type],
  schema: z.strictObject({ type: z.literal(type), timestamp: instantField, data: DATA[type] }),
}));
