import { z } from 'zod';
import { API_KEY_ID, API_KEY_KINDS } from '../domain/api-key.js';
import type { ApplicationSettings } from '../domain/application.js';
import { isKnownCountry } from '../domain/phone-number.js';
import { channelField, instantField } from './common.schema.js';

export const originField = z
  .string()
  .max(200)
  .refine(isOrigin, 'must be an origin such as https://shop.example')
  .meta({ examples: ['https://shop.example'] });

const countryOrAll = z
  .string()
  .refine((code) => code === '*' || isKnownCountry(code), 'must be * or an ISO 3166-1 alpha-2 code')
  .meta({ examples: ['SE'] });

const count = z
  .int()
  .min(0)
  .max(1_000_000_000)
  .meta({ examples: [500] });

/** All settings that have an effect. What is not set is the service's. */
export const applicationSettings = z.strictObject({
  audience: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .meta({ examples: ['shop'] })
    .optional()
    .describe('`aud` of its proofs; its id unless set. Unique'),
  origins: z
    .array(originField)
    .max(50)
    .optional()
    .describe('Browser origins that its publishable keys work from'),
  countries: z.array(countryOrAll).min(1).max(300).optional().describe('Countries to serve'),
  channels: z.array(channelField).min(1).optional().describe('Channels that callers may request'),
  brand: z
    .string()
    .regex(
      /^[^\s@#$\p{C}](?:[^@#$\p{C}]{0,18}[^\s@#$\p{C}])?$/u,
      'must be a name of up to 20 characters',
    )
    .meta({ examples: ['Shop'] })
    .optional()
    .describe('Name in messages that this service writes'),
  codeLength: z
    .int()
    .min(6)
    .max(10)
    .meta({ examples: [8] })
    .optional()
    .describe('Digits of codes'),
  codeTtlSeconds: z
    .int()
    .min(60)
    .max(600)
    .meta({ examples: [300] })
    .optional()
    .describe('Lifetime of a code'),
  sendQuota: z
    .strictObject({ perDay: count.optional(), perMonth: count.optional() })
    .optional()
    .describe('Messages in 24 hours and in 30 days'),
}) satisfies z.ZodType<ApplicationSettings>;

export type SettingsChange = {
  [Name in keyof ApplicationSettings]: ApplicationSettings[Name] | null;
};

const changes = Object.entries(applicationSettings.shape).map(
  ([name, field]) => [name, z.nullable(field.unwrap()).optional()] as const,
);
/** Changes of settings: what is absent stays, and null removes a setting. */
export const settingsChange = z.strictObject(
  Object.fromEntries(changes),
) as unknown as z.ZodType<SettingsChange>;

export const applicationNameField = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    'must be up to 63 lower-case letters, digits and hyphens, a letter first',
  )
  .meta({ examples: ['shop'] });

const applicationIdField = z
  .string()
  .describe('Id of the application')
  .meta({ examples: ['app_2yQk7Rw0ZcVb4TnL'] });

export const applicationBody = z.strictObject({
  name: applicationNameField,
  settings: applicationSettings.default({}),
});
export type ApplicationBody = z.infer<typeof applicationBody>;

export const applicationParams = z.strictObject({
  application: z
    .string()
    .regex(/^(app_[0-9A-Za-z]{1,32}|[a-z][a-z0-9-]{0,62})$/)
    .describe('Id or name of the application')
    .meta({ examples: ['shop'] }),
});

export const applicationResponse = z.strictObject({
  id: applicationIdField,
  name: applicationNameField,
  settings: applicationSettings,
  createdAt: instantField,
  updatedAt: instantField,
});
export type ApplicationResponse = z.infer<typeof applicationResponse>;

export const applicationsResponse = z.strictObject({ applications: z.array(applicationResponse) });

const keyKindField = z.enum(API_KEY_KINDS);

const keyIdField = z
  .string()
  .regex(API_KEY_ID, 'is not the id of a key')
  .describe('Id of the key, not its secret')
  .meta({ examples: ['pl_sk_4fTq0Zb9XkLw2RyM'] });

export const keyParams = z.strictObject({ key: keyIdField });

export const keyBody = z
  .strictObject({
    kind: keyKindField,
    application: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('Id or name of the application; absent for an operator key')
      .meta({ examples: ['shop'] }),
    expiresAt: instantField
      .refine((time) => Date.parse(time) > Date.now(), 'must be in the future')
      .optional(),
  })
  .refine(({ kind, application }) => (kind === 'operator') === (application === undefined), {
    path: ['application'],
    message: 'is required for a secret or publishable key, and for no other',
  });
export type KeyBody = z.infer<typeof keyBody>;

export const keyResponse = z.strictObject({
  id: keyIdField,
  kind: keyKindField,
  applicationId: applicationIdField.nullable(),
  lastFour: z.string(),
  createdAt: instantField,
  lastUsedAt: instantField.nullable().describe('At most a minute old'),
  expiresAt: instantField.nullable(),
  revokedAt: instantField.nullable(),
});
export type KeyResponse = z.infer<typeof keyResponse>;

export const newKeyResponse = keyResponse.extend({
  key: z.string().describe('The whole key, returned only once'),
});

export const keysResponse = z.strictObject({ keys: z.array(keyResponse) });

/** What a browser sends as `Origin`: scheme, host, and the port unless it is the default. */
function isOrigin(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  return new URL(text).origin === text;
}
