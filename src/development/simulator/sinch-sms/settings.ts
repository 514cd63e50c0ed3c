import { z } from 'zod';
import { FINAL_STATUSES } from './constants.js';

const milliseconds = z.int().min(0).max(600_000);
const address = z.url({ protocol: /^https?$/ });

/** How the simulated Sinch SMS API behaves where Sinch leaves it open or sets it per plan. */
export const sinchSmsSettingsSchema = z.strictObject({
  delayMs: milliseconds.describe('Wait before every answer.'),
  defaultOriginator: z
    .string()
    .min(1)
    .max(15)
    .nullable()
    .describe('Sender when a message names none; null: then it must name one.'),
  longestBody: z.int().min(1).max(2000).describe('Characters of a text at most.'),
  tokenLifetimeSeconds: z
    .number()
    .positive()
    .max(86_400)
    .describe('Lifetime of an access token; fractions are allowed.'),
  queueMs: milliseconds.describe('From Queued to Dispatched; 0: before the answer to the send.'),
  deliveryMs: milliseconds.describe('From Dispatched to the final state; 0: at once.'),
  finalCode: z
    .int()
    .min(0)
    .max(9999)
    .refine((code) => code !== 400 && code !== 401, 'is not final')
    .describe('Code of the final state; only with 0 the phone gets the message.'),
  finalStatus: z
    .enum(FINAL_STATUSES)
    .nullable()
    .describe('Status of the final state; null: the one that goes with the code.'),
  callbackUrl: address.nullable().describe('Receiver of reports when a message names none.'),
  callbackTimeoutMs: milliseconds.min(1).describe('How long a callback may take.'),
  callbackRetryMs: milliseconds.describe('First wait before a report is repeated; then doubling.'),
  webhookSecret: z
    .string()
    .min(1)
    .nullable()
    .describe('Reports are signed with it; null: they are not, as is usual.'),
});
export type SinchSmsSimulatorSettings = z.infer<typeof sinchSmsSettingsSchema>;

export const DEFAULT_SINCH_SMS_SETTINGS: SinchSmsSimulatorSettings = {
  delayMs: 0,
  defaultOriginator: 'Simulator',
  longestBody: 1600,
  tokenLifetimeSeconds: 3599,
  queueMs: 0,
  deliveryMs: 0,
  finalCode: 0,
  finalStatus: null,
  callbackUrl: null,
  callbackTimeoutMs: 5000,
  callbackRetryMs: 5000,
  webhookSecret: null,
};
