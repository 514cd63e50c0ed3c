import { z } from 'zod';

/** What providers call back. Their objects may grow, and a word that is not known here is no fault of theirs. */

const word = z.string().max(200);

/** An event of the Sinch Verification API v1. */
export const sinchVerificationEvent = z.looseObject({
  event: word.meta({ examples: ['VerificationResultEvent'] }),
  method: word.nullish(),
  reference: word.nullish().describe('Our reference of the send'),
  status: word.nullish().describe('Of a `VerificationResultEvent`'),
  reason: word.nullish(),
  smsResult: word.nullish().describe('Of a `VerificationSmsDeliveredEvent`'),
});
export type SinchVerificationEvent = z.infer<typeof sinchVerificationEvent>;

const chosenCode = z.strictObject({ code: z.string().regex(/^[0-9]{6,10}$/) }).optional();

/** Whether Sinch may send, and which code; nothing where nothing was asked. */
export const sinchVerificationResponse = z.union([
  z.strictObject({ action: z.literal('allow'), sms: chosenCode, callout: chosenCode }),
  z.strictObject({ action: z.literal('deny') }),
  z.strictObject({}),
]);
export type SinchVerificationResponse = z.infer<typeof sinchVerificationResponse>;

/** A delivery report of the Sinch SMS API, for one recipient. */
export const sinchSmsReport = z.looseObject({
  type: word.meta({ examples: ['recipient_delivery_report_sms'] }),
  client_reference: word.nullish().describe('Our reference of the send'),
  status: word.nullish(),
});
export type SinchSmsReport = z.infer<typeof sinchSmsReport>;

/** Delivery reports of Infobip, several at once. */
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

/** Whatever is given is compared with the configured token, so that nothing is told of its form. */
export const tokenParams = z.strictObject({
  token: z.string().describe('`CALLBACK_TOKEN` of this service'),
});
