import { z } from 'zod';
import { SEAMLESS_CODE, VERIFICATION_STATUSES } from '../domain/verification.js';
import {
  attemptsRemainingField,
  bindingField,
  channelField,
  clientField,
  cliFilterField,
  codeField,
  codeLengthField,
  countryField,
  instantField,
  jwtField,
  localeField,
  phoneNumberField,
  purposeField,
  referenceField,
  targetUriField,
  verificationIdField,
} from './common.schema.js';

export const requestOtpBody = z
  .strictObject({
    phoneNumber: phoneNumberField,
    country: countryField.optional(),
    channel: channelField.default('sms'),
    purpose: purposeField.default('verification'),
    locale: localeField.optional(),
    reference: referenceField.optional(),
    binding: bindingField.optional(),
    client: clientField.optional(),
  })
  .refine(({ binding, purpose }) => binding === undefined || purpose === 'transaction', {
    path: ['binding'],
    message: 'requires the purpose transaction',
  });
export type RequestOtpBody = z.infer<typeof requestOtpBody>;

export const requestOtpResponse = z.strictObject({
  message: z.literal('OTP sent successfully.'),
  verificationId: verificationIdField,
  phoneNumber: phoneNumberField,
  channel: channelField,
  purpose: purposeField,
  status: z.literal('pending'),
  expiresAt: instantField,
  resendAt: instantField,
  attemptsRemaining: attemptsRemainingField,
  codeLength: codeLengthField,
  cliFilter: cliFilterField.optional(),
  targetUri: targetUriField.optional(),
  reference: referenceField.optional(),
});
export type RequestOtpResponse = z.infer<typeof requestOtpResponse>;

/** By id, for the holder of the verification, or by number and purpose. */
export type VerifyOtpBody = { client?: z.infer<typeof clientField> } & (
  | { verificationId: string; code: string }
  | { phoneNumber: string; country?: string | undefined; purpose: string; code: string }
);

export const verifyOtpBody = z
  .strictObject({
    verificationId: verificationIdField.optional(),
    phoneNumber: phoneNumberField.optional(),
    country: countryField.optional(),
    purpose: purposeField.optional(),
    code: codeField.optional(),
    pin: codeField.optional().describe('Alternative name of `code`'),
    client: clientField.optional(),
  })
  .transform((body, context): VerifyOtpBody => {
    const { verificationId, phoneNumber, country, purpose } = body;
    const client = body.client && { client: body.client };
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if ((body.code === undefined) === (body.pin === undefined)) {
      refuse('code', 'is required, as either code or pin');
    }
    const code = body.code ?? body.pin ?? '';
    if (verificationId !== undefined) {
      for (const field of ['phoneNumber', 'country', 'purpose'] as const) {
        if (body[field] !== undefined) refuse(field, 'cannot be combined with verificationId');
      }
      return { verificationId, code, ...client };
    }
    // The word is public: by number, anyone could claim the proof after the user's device has opened the URL.
    if (code === SEAMLESS_CODE) refuse('verificationId', `is required with "${SEAMLESS_CODE}"`);
    else if (phoneNumber === undefined) refuse('verificationId', 'or phoneNumber is required');
    const subject = { phoneNumber: phoneNumber ?? '', country, purpose: purpose ?? 'verification' };
    return { ...subject, code, ...client };
  });

export const verifyOtpResponse = z.strictObject({
  message: z.literal('OTP verified successfully.'),
  verificationId: verificationIdField,
  phoneNumber: phoneNumberField,
  purpose: purposeField,
  channel: channelField,
  status: z.literal('verified'),
  verifiedAt: instantField,
  proof: jwtField.describe('Signed JWT, typ phone-proof+jwt; keys at /.well-known/jwks.json'),
  proofExpiresAt: instantField,
  reference: referenceField.optional(),
});
export type VerifyOtpResponse = z.infer<typeof verifyOtpResponse>;

export const verificationParams = z.strictObject({ id: verificationIdField });

export const resendBody = z.strictObject({
  channel: channelField.optional(),
  locale: localeField.optional(),
  client: clientField.optional(),
});
export type ResendBody = z.infer<typeof resendBody>;

export const verificationResponse = z.strictObject({
  verificationId: verificationIdField,
  phoneNumber: phoneNumberField,
  channel: channelField,
  purpose: purposeField,
  status: z.enum(VERIFICATION_STATUSES),
  expiresAt: instantField,
  resendAt: instantField,
  attemptsRemaining: attemptsRemainingField,
  verifiedAt: instantField.nullable(),
  createdAt: instantField,
  reference: referenceField.optional(),
  timeline: z.array(
    z.strictObject({
      type: z.string().meta({ examples: ['undelivered'] }),
      at: instantField,
      reason: z
        .string()
        .optional()
        .meta({ examples: ['unreachable'] }),
      channel: z
        .string()
        .optional()
        .meta({ examples: ['sms'] }),
      provider: z
        .string()
        .optional()
        .meta({ examples: ['sinch-verification'] }),
    }),
  ),
});
export type VerificationResponse = z.infer<typeof verificationResponse>;
