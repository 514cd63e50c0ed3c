import { z } from 'zod';
import { FINAL_STATUSES } from './constants.js';

const milliseconds = z.int().min(0).max(600_000);
const address = z.url({ protocol: /^https?$/ });

/** Behaviour that Sinch leaves undocumented or configures per plan. */
export const sinchSmsSettingsSchema = z.strictObject({
  delayMs: milliseconds.describe('Wait before every response.'),
  defaultOriginator: z
    .string()
    .min(1)
    .max(15)
    .nullable()
    .describe('Default sender; null makes `from` required.'),
  longestBody: z.int().min(1).max(2000).describe('Maximum length of a text, in characters.'),
  tokenLifetimeSeconds: z
    .number()
    .positive()
    .max(86_400)
    .describe('Lifetime of an access token; fractions are allowed.'),
  queueMs: milliseconds.describe(
    'Time from Queued to Dispatched; 0: before the response to the send.',
  ),
  deliveryMs: milliseconds.describe('Time from Dispatched to the final state; 0: at once.'),
  finalCode: z
    .int()
    .min(0)
    .max(9999)
    .refine((code) => code !== 400 && code !== 401, 'must be a final code')
    .describe('Code of the final state; only 0 delivers the message.'),
  finalStatus: z
    .enum(FINAL_STATUSES)
    .nullable()
    .describe('Status of the final state; null: the status for the code.'),
  callbackUrl: address.nullable().describe('Default receiver of reports.'),
  callbackTimeoutMs: milliseconds.min(1).describe('Timeout of a callback.'),
  callbackRetryMs: milliseconds.describe(
    'Wait before the first retry of a report; doubles each time.',
  ),
  webhookSecret: z
    .string()
    .min(1)
    .nullable()
    .describe('Signs the reports; null: unsigned, the default at Sinch.'),
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
