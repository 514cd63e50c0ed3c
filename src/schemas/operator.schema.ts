import { z } from 'zod';
import { VERIFICATION_STATUSES } from '../domain/verification.js';
import { parseListedPattern, parsePattern } from '../domain/number-pattern.js';
import { instantField, phoneNumberField, verificationIdField } from './common.schema.js';
import { verificationResponse } from './otp.schema.js';
import { foundVerification, givenNumberField } from './search.schema.js';

export const numberParams = z.strictObject({ phoneNumber: givenNumberField });
export const verificationParams = z.strictObject({ id: verificationIdField });

const patternField = z
  .string()
  .max(40)
  .describe('A phone number, or a prefix and a star')
  .meta({ examples: ['+1415*'] });
const kindField = z.enum(['block', 'safe']);
const noteField = z
  .string()
  .max(500)
  .regex(/^\P{C}*$/u, 'must contain only printable characters')
  .meta({ examples: ['ticket 12'] });
const count = z
  .int()
  .min(0)
  .meta({ examples: [0] });
const deletedField = z
  .record(z.string(), count)
  .describe('Deleted rows by table')
  .meta({ examples: [{ verifications: 2, users: 1 }] });

export const ruleParams = z.strictObject({
  pattern: patternField.refine((text) => parseListedPattern(text) !== undefined),
});

export const ruleBody = z.strictObject({
  pattern: patternField
    .refine(
      (text) => parsePattern(text) !== undefined,
      'must be a phone number in E.164 format, or a prefix of one and a star',
    )
    .overwrite((text) => parsePattern(text) ?? text),
  kind: kindField.describe(
    '`block`: requests get 403 `number_blocked`; `safe`: the limits of prefix, country and total do not apply',
  ),
  note: noteField.optional(),
});
export type RuleBody = z.infer<typeof ruleBody>;

const ruleFields = {
  pattern: patternField,
  kind: kindField,
  note: noteField.nullable(),
  createdAt: instantField,
};
export const ruleResponse = z.strictObject(ruleFields);
export type RuleResponse = z.infer<typeof ruleResponse>;

export const rulesResponse = z.strictObject({
  rules: z.array(z.strictObject({ ...ruleFields, coversNumbers: z.boolean() })),
});
export type RulesResponse = z.infer<typeof rulesResponse>;

export const removedRuleResponse = z.strictObject({ pattern: patternField });

export const userResponse = z.strictObject({
  phoneNumber: phoneNumberField,
  status: z.enum(['verified', 'unverified']),
  verifiedAt: instantField.nullable().describe('First proof'),
  lastVerifiedAt: instantField.nullable(),
  country: z.string().meta({ examples: ['US'] }),
});
export type UserResponse = z.infer<typeof userResponse>;

export const erasedResponse = z.strictObject({
  phoneNumber: phoneNumberField,
  deleted: deletedField,
});

export const unblockBody = z.strictObject({
  sends: z.boolean().default(false).describe('Also reset the limits on messages'),
});
export type UnblockBody = z.infer<typeof unblockBody>;

export const unblockedResponse = z.strictObject({
  phoneNumber: phoneNumberField,
  wrongRunBefore: count.describe('Consecutive wrong codes that were reset'),
  countersCleared: count,
  blockedBy: z.string().nullable().describe('Pattern of the rule that still blocks the number'),
});
export type UnblockedResponse = z.infer<typeof unblockedResponse>;

export const numberResponse = z.strictObject({
  phoneNumber: phoneNumberField,
  country: z.string().meta({ examples: ['US'] }),
  wrongRun: count.describe('Wrong codes since the last success'),
  stopped: z.boolean().describe('Whether the number is stopped until it is unblocked'),
  cooldown: count.describe('Seconds until the next message'),
  lastSendAt: instantField.nullable(),
  rules: z.array(ruleResponse).describe('The rule in force first'),
  limits: z.array(
    z.strictObject({
      name: z.string(),
      key: z.string(),
      quota: count,
      windowSeconds: count,
      used: count,
    }),
  ),
  user: userResponse.pick({ status: true, verifiedAt: true, lastVerifiedAt: true }).nullable(),
  verifications: z.array(
    z.strictObject({
      verificationId: verificationIdField,
      purpose: z.string(),
      channel: z.string(),
      status: z.enum(VERIFICATION_STATUSES),
      createdAt: instantField,
    }),
  ),
});
export type NumberResponse = z.infer<typeof numberResponse>;

export const shownVerificationResponse = foundVerification.omit({ applicationId: true }).extend({
  provider: z.string().meta({ examples: ['sinch-verification'] }),
  attempts: count,
  maxAttempts: count,
  timeline: verificationResponse.shape.timeline,
});
export type ShownVerificationResponse = z.infer<typeof shownVerificationResponse>;

export const purgedResponse = z.strictObject({
  deleted: deletedField,
  isComplete: z.boolean().describe('False when the time was up before all expired rows were gone'),
});

export const sweptResponse = z.strictObject({
  settled: z.strictObject({ outcomeUnknown: count, expired: count }),
});
