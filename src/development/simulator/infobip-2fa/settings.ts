import { z } from 'zod';
import { NC_STATUSES, SMS_STATUSES } from './constants.js';

/** Behaviour that Infobip leaves undocumented or configures per account. */
export const infobipSettingsSchema = z.strictObject({
  delayMs: z.int().min(0).max(600_000).describe('Wait before every response.'),
  keyScope: z
    .enum(['manage', 'send'])
    .describe('Scope of the API key; with send, applications and templates get 403.'),
  errorShape: z
    .enum(['requestError', 'platform'])
    .describe('Shape of error bodies; newer products use platform.'),
  throttling: z.boolean().describe('Whether the published limits on application requests apply.'),
  omittedOnUpdate: z
    .enum(['kept', 'reset'])
    .describe('What a PUT of an application does to omitted settings.'),

  smsStatus: z.enum(SMS_STATUSES).describe('MESSAGE_NOT_SENT withholds every SMS.'),
  ncStatus: z
    .enum(NC_STATUSES)
    .describe('Lookup result; NC_DESTINATION_NOT_REACHABLE withholds the SMS.'),
  ncStatusWithoutLookup: z
    .enum(['absent', 'NC_NOT_CONFIGURED'])
    .describe('ncStatus of a send with ncNeeded=false.'),
  callStatus: z
    .string()
    .regex(/^[A-Z_]{1,60}$/)
    .describe('Status of a call; REJECTED… and UNDELIVERABLE… withhold it.'),
  unknownTarget: z
    .literal([400, 404])
    .describe(
      'HTTP status of a send with an unknown or disabled application, or an unknown template.',
    ),
  limitAnswer: z
    .literal([429, 403, 400, 200])
    .describe(
      'HTTP status above a limit of the application; 200 accepts the send but withholds it.',
    ),
  retryAfterSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .nullable()
    .describe('Retry-After of a 429; null omits it.'),
  resendPinId: z
    .enum(['same', 'new'])
    .describe('Whether a resend keeps the PIN id or returns a new one.'),
  resendRenews: z
    .enum(['nothing', 'lifetime', 'attempts', 'both'])
    .describe('What a resend renews.'),

  unknownPin: z
    .literal([404, 400])
    .describe('HTTP status of a verify or resend of an unknown PIN.'),
  wrongPinError: z
    .string()
    .regex(/^[A-Z_]{1,60}$/)
    .nullable()
    .describe('pinError of a wrong PIN; null omits it.'),
  lastWrongTry: z
    .enum(['WRONG_PIN', 'NO_MORE_PIN_ATTEMPTS'])
    .describe('pinError of the last failed attempt.'),
  expiredStyle: z
    .enum(['TTL_EXPIRED', 'WRONG_PIN', 'not-found'])
    .describe('Response to a verify of an expired PIN: a pinError, or as for an unknown PIN.'),
  repeatedStyle: z
    .enum(['NO_MORE_PIN_ATTEMPTS', 'WRONG_PIN', 'TTL_EXPIRED', 'not-found'])
    .describe('The same for a verified PIN that may not be verified again.'),
  timestampUnit: z
    .enum(['ms', 's'])
    .describe('Unit of sentAt and verifiedAt: the documentation says ms, its samples show s.'),
});
export type InfobipSimulatorSettings = z.infer<typeof infobipSettingsSchema>;

export const DEFAULT_INFOBIP_SETTINGS: InfobipSimulatorSettings = {
  delayMs: 0,
  keyScope: 'manage',
  errorShape: 'requestError',
  throttling: true,
  omittedOnUpdate: 'kept',
  smsStatus: 'MESSAGE_SENT',
  ncStatus: 'NC_DESTINATION_REACHABLE',
  ncStatusWithoutLookup: 'absent',
  callStatus: 'PENDING_ACCEPTED',
  unknownTarget: 400,
  limitAnswer: 429,
  retryAfterSeconds: null,
  resendPinId: 'same',
  resendRenews: 'nothing',
  unknownPin: 404,
  wrongPinError: 'WRONG_PIN',
  lastWrongTry: 'WRONG_PIN',
  expiredStyle: 'TTL_EXPIRED',
  repeatedStyle: 'NO_MORE_PIN_ATTEMPTS',
  timestampUnit: 'ms',
};
