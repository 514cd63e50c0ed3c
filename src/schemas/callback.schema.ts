import { z } from 'zod';

/**
 * Callbacks of providers. Unknown members and unknown values are accepted: providers extend their objects.
 */

const word = z.string().max(200);

/** An event of the Sinch Verification API v1. */
export const sinchVerificationEvent = z.looseObject({
  event: word.meta({ examples: ['VerificationResultEvent'] }),
  method: word.nullish(),
  reference: word.nullish().describe('Our reference of the message'),
  status: word.nullish().describe('Present in a `VerificationResultEvent`'),
  reason: word.nullish(),
  smsResult: word.nullish().describe('Present in a `VerificationSmsDeliveredEvent`'),
});
export type SinchVerificationEvent = z.infer<typeof sinchVerificationEvent>;

const chosenCode = z
  .strictObject({
    code: z
      .string()
      .regex(/^[0-9]{6,10}$/)
      .meta({ examples: ['482915'] }),
  })
  .optional();

/** Whether Sinch may send, and with which code; empty for events that need no decision. */
export const sinchVerificationResponse = z.union([
  z.strictObject({ action: z.literal('allow'), sms: chosenCode, callout: chosenCode }),
  z.strictObject({ action: z.literal('deny') }),
  z.strictObject({}),
]);
export type SinchVerificationResponse = z.infer<typeof sinchVerificationResponse>;

/** A delivery report of the Sinch SMS API, for one recipient. */
export const sinchSmsReport = z.looseObject({
  type: word.meta({ examples: ['recipient_delivery_report_sms'] }),
  client_reference: word.nullish().describe('Our reference of the message'),
  status: word.nullish(),
});
export type SinchSmsReport = z.infer<typeof sinchSmsReport>;

export const infobipReports = z.looseObject({
  results: z
    .array(
      z.looseObject({
        messageId: word.nullish(),
        status: z.looseObject({ groupName: word.nullish() }).nullish(),
      }),
    )
    .max(1000),
});
export type InfobipReport = z.infer<typeof infobipReports>['results'][number];

export const nothing = z.strictObject({});

/** Accepts any string: a schema would reveal the format of the configured token. */
export const tokenParams = z.strictObject({
  token: z
    .string()
    .describe('`CALLBACK_TOKEN` of this service')
    .meta({ examples: ['the-token-that-only-the-provider-knows'] }),
});
