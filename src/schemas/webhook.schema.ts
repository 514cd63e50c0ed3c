import { z } from 'zod';
import {
  DELIVERY_STATUSES,
  DISABLED_REASONS,
  NUMBER_FORMATS,
  WEBHOOK_EVENTS,
} from '../domain/webhook.js';
import { instantField } from './common.schema.js';

const endpointIdField = z
  .string()
  .regex(/^we_[0-9a-z]{1,32}$/, 'is not the id of an endpoint')
  .describe('Id of the endpoint')
  .meta({ examples: ['we_3f9a1c5e7b2d4f6081a3c5e7'] });
const deliveryIdField = z
  .string()
  .regex(/^[1-9][0-9]{0,17}$/, 'is not the id of a delivery')
  .meta({ examples: ['1042'] });
const applicationIdField = z
  .string()
  .min(1)
  .max(64)
  .regex(/^app_[0-9A-Za-z_]+$/, 'is not the id of an application')
  .meta({ examples: ['app_default'] });
const urlField = z
  .string()
  .min(1)
  .max(2000)
  .meta({ examples: ['https://shop.example/webhooks/proofline'] });
const eventsField = z
  .array(z.enum(['*', ...WEBHOOK_EVENTS]))
  .min(1)
  .max(WEBHOOK_EVENTS.length)
  .describe('Types of events; `*` is all, later ones included')
  .meta({ examples: [['verification.verified', 'verification.failed']] });
const numberFormatField = z
  .enum(NUMBER_FORMATS)
  .describe('Whether events contain phone numbers in full or masked');
const secretField = z
  .string()
  .describe('Secret of the signatures. Shown once')
  .meta({ examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD3hVmr0VJ0M8='] });

export const webhookBody = z.strictObject({
  url: urlField,
  events: eventsField.default(['*']),
  numberFormat: numberFormatField.default('full'),
  applicationId: applicationIdField
    .optional()
    .describe(
      'For operator keys; without it, the endpoint receives the events of all applications',
    ),
});
export type WebhookBody = z.infer<typeof webhookBody>;

export const rotateBody = z.strictObject({
  keepOld: z
    .boolean()
    .default(true)
    .describe('Whether the newest old secret stays valid until the next rotation'),
});
export type RotateBody = z.infer<typeof rotateBody>;

export const replayBody = z.strictObject({
  deliveryId: deliveryIdField
    .optional()
    .describe('The delivery to repeat; without it, all that have failed'),
});
export type ReplayBody = z.infer<typeof replayBody>;

export const webhookParams = z.strictObject({ webhook: endpointIdField });

export const webhookResponse = z.strictObject({
  id: endpointIdField,
  applicationId: applicationIdField
    .nullable()
    .describe('null: receives the events of all applications'),
  url: urlField,
  events: z.array(z.string()).meta({ examples: [['*']] }),
  numberFormat: numberFormatField,
  status: z.enum(['enabled', 'disabled']),
  disabledReason: z
    .enum(DISABLED_REASONS)
    .nullable()
    .describe('`gone`: it answered 410; `failing`: no delivery succeeded for five days'),
  disabledAt: instantField.nullable(),
  failingSince: instantField
    .nullable()
    .describe('The first failure since the last success; null while deliveries succeed'),
  secrets: z
    .int()
    .min(0)
    .max(2)
    .describe('Number of live secrets')
    .meta({ examples: [1] }),
  createdAt: instantField,
});

export const webhookWithSecretResponse = webhookResponse.extend({ secret: secretField });

export const webhooksResponse = z.strictObject({ webhooks: z.array(webhookResponse) });

export const deliveriesResponse = z.strictObject({
  deliveries: z
    .array(
      z.strictObject({
        id: deliveryIdField,
        eventId: z.string().meta({ examples: ['evt_0c3f5a7e9b1d4f608a2c4e6f8091b3d5'] }),
        type: z.string().meta({ examples: ['verification.verified'] }),
        verificationId: z.string().nullable(),
        status: z.enum(DELIVERY_STATUSES),
        occurredAt: instantField,
        nextAttemptAt: instantField.nullable(),
        attempts: z.array(
          z.strictObject({
            at: z.string(),
            status: z
              .int()
              .meta({ examples: [204] })
              .nullable()
              .describe('null if no answer came'),
            error: z.string().nullable(),
            durationMs: z.int().meta({ examples: [31] }),
            answer: z.string().nullable().describe('The first 1 KB of the answer'),
          }),
        ),
      }),
    )
    .describe('The newest 100, newest first'),
});

export const replayResponse = z.strictObject({
  replayed: z
    .int()
    .min(0)
    .describe('Deliveries that are due again')
    .meta({ examples: [3] }),
});

export const testEventResponse = z.strictObject({
  eventId: z
    .string()
    .describe('The `webhook-id` of the `webhook.test` event')
    .meta({ examples: ['evt_0c3f5a7e9b1d4f608a2c4e6f8091b3d5'] }),
});

export const webhookDeletedResponse = z.strictObject({ deleted: z.literal(true) });
