import { z } from 'zod';
import { AUTHENTICATION_LEVELS, CODE_TYPES, REASONS } from './constants.js';

const milliseconds = z.int().min(0).max(600_000);

/** How the simulated Sinch Verification API behaves where Sinch leaves it open or sets it per application. */
export const sinchSettingsSchema = z.strictObject({
  delayMs: milliseconds.describe('Wait before every answer.'),
  codeLength: z.int().min(1).max(10).describe('Characters of a generated code.'),
  codeType: z.enum(CODE_TYPES).describe('Alphabet of a code when the request names none.'),
  lifetimeSeconds: z
    .number()
    .positive()
    .max(86_400)
    .describe('Lifetime when the request names none; fractions are allowed.'),
  tries: z.int().min(1).max(1000).describe('Wrong reports that end a verification.'),
  wrongCodeStyle: z
    .enum(['error', 'fail'])
    .describe(
      'SimulatedResponse to a wrong code: 400 with 40003, or 200 with FAIL and its reason.',
    ),
  endedReportStyle: z
    .enum(['fail', 'invalid', 'not-found'])
    .describe(
      'SimulatedResponse to a report on an ended verification: 200 with FAIL, 40003, or 40400.',
    ),
  minimumIntervalSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .describe('Starts for one number in a shorter interval get 42901; 0 is off.'),
  minimumAuthentication: z.enum(AUTHENTICATION_LEVELS).describe('Weaker requests get 40302.'),
  timestampWindowSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .describe('How far x-timestamp may be from now before 40105.'),
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .describe('Receiver of events; null: none.'),
  callbackTimeoutMs: milliseconds.min(1).describe('How long a callback may take.'),
  unansweredCallback: z
    .enum(['allow', 'deny'])
    .describe('Fate of a Basic or Application start when the callback does not answer.'),
  deliveryResult: z
    .enum(['Successful', 'Failed', 'none'])
    .describe('Delivery receipt of an SMS; Failed also ends the verification, undelivered.'),
  endWith: z
    .enum(REASONS)
    .nullable()
    .describe('Ends every new verification at once, undelivered, for this reason.'),
});
export type SinchSimulatorSettings = z.infer<typeof sinchSettingsSchema>;

export const DEFAULT_SINCH_SETTINGS: SinchSimulatorSettings = {
  delayMs: 0,
  codeLength: 4,
  codeType: 'Numeric',
  lifetimeSeconds: 300,
  // As many as the service compares at most: five of the holder, five of whoever knows the number.
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
