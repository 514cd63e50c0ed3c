import { z } from 'zod';
import { InfobipApiError, type ValidationErrors } from './errors.js';
import { DAY_MS, readDuration, readRate, YEAR_MS } from './rate-limiter.js';
import { LANGUAGES, PIN_TYPES } from './constants.js';

const nonEmptyString = z.string().min(1, 'must not be empty');

function duration(longestMs: number) {
  const fits = (text: string) => (readDuration(text) ?? Infinity) <= longestMs;
  return z.string().refine(fits, 'must be {length}{unit} with ms, s, m, h or d, and not too long');
}

function rate(longestMs: number) {
  const fits = (text: string) => (readRate(text)?.windowMs ?? Infinity) <= longestMs;
  return z
    .string()
    .refine(fits, 'must be {attempts}/{length}{unit} with ms, s, m, h or d, and not too long');
}

const configurationSchema = z.object({
  pinAttempts: z.int().min(1).optional(),
  allowMultiplePinVerifications: z.boolean().optional(),
  pinTimeToLive: duration(YEAR_MS).optional(),
  verifyPinLimit: rate(DAY_MS).optional(),
  sendPinPerApplicationLimit: rate(YEAR_MS).optional(),
  sendPinPerPhoneNumberLimit: rate(YEAR_MS).optional(),
});
export type ConfigurationChange = z.infer<typeof configurationSchema>;

/** @throws Error for values that the API refuses. */
export const checkConfiguration = (configuration: ConfigurationChange) =>
  configurationSchema.parse(configuration);

const applicationSchema = z.object({
  name: nonEmptyString,
  enabled: z.boolean().optional(),
  configuration: configurationSchema.optional(),
});
export type ApplicationRequest = z.infer<typeof applicationSchema>;

const maxLength = (length: number) => z.string().max(length);
const templateChangeSchema = z.object({
  messageText: z.string().includes('{{pin}}', { message: 'must contain {{pin}}' }).optional(),
  pinType: z.enum(PIN_TYPES).optional(),
  pinLength: z.int().min(1).max(64).optional(),
  senderId: z.string().optional(),
  language: z.enum(LANGUAGES).optional(),
  voiceName: z.string().optional(),
  repeatDTMF: z.string().optional(),
  speechRate: z.number().min(0.5).max(2).optional(),
  regional: z
    .object({
      indiaDlt: z
        .object({
          principalEntityId: maxLength(30).min(1),
          contentTemplateId: maxLength(30).optional(),
          teleMarketerId: maxLength(255).optional(),
        })
        .optional(),
    })
    .optional(),
});
const templateSchema = templateChangeSchema.required({ messageText: true, pinType: true });
export type TemplateChange = z.infer<typeof templateChangeSchema>;
export type TemplateRequest = z.infer<typeof templateSchema>;

const placeholders = z
  .record(z.string(), z.string())
  .refine((given) => !('pin' in given), 'must not contain the key pin');
const sendSchema = z.object({
  applicationId: nonEmptyString,
  messageId: nonEmptyString,
  to: z.string().regex(/^\+?[1-9][0-9]{4,14}$/, 'must be a number in international format'),
  // Some clients send null instead of omitting a field.
  from: z.string().nullish(),
  placeholders: placeholders.nullish(),
  trackDelivery: z.boolean().optional(),
});
export type SendRequest = z.infer<typeof sendSchema>;

const resendSchema = sendSchema.pick({ placeholders: true, trackDelivery: true });
export type ResendRequest = z.infer<typeof resendSchema>;

const verifySchema = z.object({ pin: nonEmptyString });

export const parseApplication = (body: Buffer) => parsed(applicationSchema, body);
export const parseTemplate = (body: Buffer) => parsed(templateSchema, body);
export const parseTemplateChange = (body: Buffer) => parsed(templateChangeSchema, body);
export const parseSend = (body: Buffer) => parsed(sendSchema, body);
export const parseResend = (body: Buffer) =>
  parsed(resendSchema, body.length === 0 ? Buffer.from('{}') : body);
export const parseVerify = (body: Buffer) => parsed(verifySchema, body);

/** @throws InfobipApiError 40000 with messages by field. */
function parsed<Schema extends z.ZodType>(schema: Schema, body: Buffer): z.infer<Schema> {
  const result = schema.safeParse(jsonObject(body));
  if (result.success) return result.data;
  const errors: ValidationErrors = {};
  for (const issue of result.error.issues) {
    (errors[issue.path.map(String).join('.')] ??= []).push(issue.message);
  }
  throw new InfobipApiError(40000, errors);
}

function jsonObject(body: Buffer): object {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  } catch {
    // Handled below, like JSON that is not an object.
  }
  throw new InfobipApiError(40000);
}
