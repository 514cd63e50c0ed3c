import { z } from 'zod';
import { AUTHENTICATION_LEVELS, CODE_TYPES, REASONS } from './constants.js';

const milliseconds = z.int().min(0).max(600_000);

/** Behaviour that Sinch leaves undocumented or configures per application. */
export const sinchSettingsSchema = z.strictObject({
  delayMs: milliseconds.describe('Wait before every response.'),
  codeLength: z.int().min(1).max(10).describe('Length of a generated code, in characters.'),
  codeType: z.enum(CODE_TYPES).describe('Default alphabet of a code.'),
  lifetimeSeconds: z
    .number()
    .positive()
    .max(86_400)
    .describe('Default lifetime; fractions are allowed.'),
  tries: z.int().min(1).max(1000).describe('Number of wrong reports that end a verification.'),
  wrongCodeStyle: z
    .enum(['error', 'fail'])
    .describe('Response to a wrong code: 400 with 40003, or 200 with FAIL and a reason.'),
  endedReportStyle: z
    .enum(['fail', 'invalid', 'not-found'])
    .describe('Response to a report on an ended verification: 200 with FAIL, 40003, or 40400.'),
  minimumIntervalSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .describe('Minimum time between starts for a number, else 42901; 0 is off.'),
  minimumAuthentication: z
    .enum(AUTHENTICATION_LEVELS)
    .describe('Weaker authentication gets 40302.'),
  timestampWindowSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .describe('Maximum distance of x-timestamp from now, else 40105.'),
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .describe('Receiver of callbacks; null: none.'),
  callbackTimeoutMs: milliseconds.min(1).describe('Timeout of a callback.'),
  unansweredCallback: z
    .enum(['allow', 'deny'])
    .describe('Result of a Basic or Application start without a response from the callback.'),
  deliveryResult: z
    .enum(['Successful', 'Failed', 'none'])
    .describe('Delivery receipt of an SMS; Failed also ends the verification without delivery.'),
  endWith: z
    .enum(REASONS)
    .nullable()
    .describe('Ends every new verification at once, without delivery, for this reason.'),
});
export type SinchSimulatorSettings = z.infer<typeof sinchSettingsSchema>;

export const DEFAULT_SINCH_SETTINGS: SinchSimulatorSettings = {
  delayMs: 0,
  codeLength: 4,
  codeType: 'Numeric',
  lifetimeSeconds: 300,
  // The service compares at most ten codes: five from the holder and five by phone number.
  tries: 10,
  wrongCodeStyle: 'error',
  endedReportStyle: 'fail',
  minimumIntervalSeconds: 0,
  minimumAuthentication: 'public',
  timestampWindowSeconds: 300,
  callbackUrl: null,
  callbackTimeoutMs: 5000,
  unansweredCallback: 'allow',
  deliveryResult: 'Successful',
  endWith: null,
};
