import { z } from 'zod';
import { FACTORS } from '../domain/account.js';
import {
  backupCodeField,
  channelField,
  clientField,
  cliFilterField,
  codeField,
  codeLengthField,
  countryField,
  instantField,
  jwtField,
  phoneNumberField,
  targetUriField,
  totpCodeField,
} from './common.schema.js';
import { TOKEN_EXAMPLE } from './examples.js';

/** Requests and responses of accounts. All inputs have a maximum length, enforced before hashing. */

// Lone surrogates have no UTF-8 form: two different passwords could have the same hash.
const anyPassword = z
  .string()
  .min(1)
  .max(1024)
  .refine((text) => !/\p{Cs}/u.test(text), 'must be well-formed Unicode')
  .meta({ examples: ['correct horse battery staple'] });
const newPassword = anyPassword.describe(
  'At least 8 characters of any kind; not a common password, and not similar to the phone number, the name or the name of this service',
);
const token = z
  .string()
  .min(1)
  .max(128)
  .meta({ examples: [TOKEN_EXAMPLE] });
const uuid = z.uuid().meta({ examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'] });
const factor = z.enum(FACTORS);
const client = clientField.optional();
const done = <Status extends string>(status: Status) =>
  z.strictObject({ status: z.literal(status) });

const name = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, 'must contain only printable characters')
  .meta({ examples: ['Ada Lovelace'] });

export const registerBody = z.strictObject({
  proof: jwtField.describe('A proof with purpose `register`; the request spends it'),
  password: newPassword,
  name: name.optional(),
  client,
});
export type RegisterBody = z.infer<typeof registerBody>;

export const accountResponse = z.strictObject({
  accountId: uuid,
  phoneNumber: phoneNumberField,
  name: name.nullable(),
  createdAt: instantField,
});

export const loginBody = z.strictObject({
  phoneNumber: phoneNumberField,
  country: countryField.optional(),
  password: anyPassword,
  client,
});
export type LoginBody = z.infer<typeof loginBody>;

const sentCode = {
  channel: channelField,
  expiresAt: instantField,
  resendAt: instantField,
  codeLength: codeLengthField,
  cliFilter: cliFilterField.optional(),
  targetUri: targetUriField.optional(),
};

export const loginResponse = z.strictObject({
  status: z.literal('second_factor_required'),
  loginToken: token.describe('Only valid for the second factor of this login'),
  expiresIn: z
    .int()
    .describe('Seconds')
    .meta({ examples: [300] }),
  factors: z.array(factor),
  verification: z.strictObject(sentCode).optional().describe('Present if a code was sent'),
});
export type LoginResponse = z.infer<typeof loginResponse>;

const loginToken = token.describe('The token that /auth/login returned');

// The formats are disjoint, so a code meant for one factor never reaches another.
export const loginVerifyBody = z.discriminatedUnion('factor', [
  z.strictObject({
    loginToken,
    factor: z.literal('sms'),
    code: codeField,
    client,
  }),
  z.strictObject({
    loginToken,
    factor: z.literal('totp'),
    code: totpCodeField,
    client,
  }),
  z.strictObject({
    loginToken,
    factor: z.literal('backup_code'),
    code: backupCodeField,
    client,
  }),
]);
export type LoginVerifyBody = z.infer<typeof loginVerifyBody>;

export const tokensResponse = z.strictObject({
  accessToken: jwtField.describe(
    'JWT, typ account-access+jwt; keys at /.well-known/jwks.json. Send it as a bearer token',
  ),
  refreshToken: token.describe('Can be used once, to get the next pair of tokens'),
  expiresIn: z
    .int()
    .min(1)
    .max(900)
    .describe('Lifetime of the access token in seconds')
    .meta({ examples: [600] }),
});

export const loginResendBody = z.strictObject({
  loginToken,
  channel: channelField.optional(),
  client,
});
export type LoginResendBody = z.infer<typeof loginResendBody>;
export const loginResendResponse = z.strictObject(sentCode);
export type SentCodeResponse = z.infer<typeof loginResendResponse>;

export const refreshBody = z.strictObject({ refreshToken: token, client });
export type RefreshBody = z.infer<typeof refreshBody>;

export const loggedOutResponse = done('logged_out');

const sessionFields = {
  sessionId: uuid,
  factor: factor.describe('The second factor that was used to log in'),
  authenticatedAt: instantField,
  lastUsedAt: instantField,
  expiresAt: instantField,
};

export const meResponse = z.strictObject({
  accountId: uuid,
  phoneNumber: phoneNumberField,
  name: name.nullable(),
  createdAt: instantField,
  passwordChangedAt: instantField,
  totp: z.boolean().describe('Whether an authenticator app is the second factor'),
  backupCodes: z
    .int()
    .min(0)
    .describe('Number of unused backup codes')
    .meta({ examples: [10] }),
  warnings: z
    .array(z.enum(['sms_is_restricted', 'no_backup_codes']))
    .describe(
      'sms_is_restricted: an attacker who takes over the number receives the codes (a restricted authenticator in NIST SP 800-63B); an authenticator app is safer',
    ),
  session: z.strictObject({ ...sessionFields, fresh: z.boolean() }),
});
export type MeResponse = z.infer<typeof meResponse>;

export const sessionsResponse = z.strictObject({
  sessions: z.array(z.strictObject({ ...sessionFields, current: z.boolean() })),
});
export type SessionsResponse = z.infer<typeof sessionsResponse>;

export const passwordResetBody = z.strictObject({
  proof: jwtField.describe('A proof with purpose `password-reset`; the request spends it'),
  newPassword,
  client,
});
export type PasswordResetBody = z.infer<typeof passwordResetBody>;

export const passwordBody = z.strictObject({ currentPassword: anyPassword, newPassword, client });
export type PasswordBody = z.infer<typeof passwordBody>;
export const passwordResponse = done('password_changed');

export const phoneBody = z.strictObject({
  proof: jwtField.describe(
    'A proof of the new number with purpose `phone-change`; the request spends it',
  ),
  client,
});
export type PhoneBody = z.infer<typeof phoneBody>;

export const removedResponse = done('removed');

export const totpEnrolResponse = z.strictObject({
  secret: z
    .string()
    .describe('Base 32, for manual entry; returned only once')
    .meta({ examples: ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'] }),
  otpauthUrl: z.string().meta({
    examples: ['otpauth://totp/Proofline?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'],
  }),
  qrSvg: z
    .string()
    .describe('`otpauthUrl` as a QR code')
    .meta({ examples: ['<svg xmlns="http://www.w3.org/2000/svg">…</svg>'] }),
});

export const totpConfirmBody = z.strictObject({ code: totpCodeField });
export type TotpConfirmBody = z.infer<typeof totpConfirmBody>;
export const totpConfirmedResponse = done('totp_active');

export const backupCodesResponse = z.strictObject({
  codes: z
    .array(backupCodeField)
    .length(10)
    .describe('Each code can be used once; returned only once'),
});
