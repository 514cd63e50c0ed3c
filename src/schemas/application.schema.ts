import { z } from 'zod';
import { GUARD_MODES, type ApplicationSettings } from '../domain/application.js';
import { isKnownCountry } from '../domain/phone-number.js';
import { channelField, localeField, purposeField } from './common.schema.js';

const MAX_TEXT_LENGTH = 200;

export const originField = z
  .string()
  .max(200)
  .refine(isOrigin, 'must be an origin such as https://shop.example')
  .meta({ examples: ['https://shop.example'] });

const countryOrAll = z
  .string()
  .refine((code) => code === '*' || isKnownCountry(code), 'must be * or an ISO 3166-1 alpha-2 code')
  .meta({ examples: ['SE'] });

const templateField = z
  .string()
  .max(MAX_TEXT_LENGTH)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, 'must contain only printable characters')
  .refine((text) => text.split('{code}').length === 2, 'must contain {code} once')
  .refine((text) => !/:\/\/|www\./i.test(text), 'must not contain a link')
  .meta({ examples: ['{code} is your {brand} code. Never share it.'] });

const money = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$/, 'must be a decimal number such as 25.00')
  .meta({ examples: ['25.00'] });

const count = z.int().min(0).max(1_000_000_000);

/** All settings of an application. What is not set is the service's. */
export const applicationSettings = z.strictObject({
  audience: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional()
    .describe('`aud` of its proofs'),
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
    .optional()
    .describe('Name in messages that this service writes'),
  templates: z
    .record(purposeField, z.record(localeField, templateField))
    .optional()
    .describe('Texts of messages that this service writes, by purpose, then by language'),
  codeLength: z.int().min(6).max(10).optional().describe('Digits of codes'),
  codeTtlSeconds: z.int().min(60).max(600).optional().describe('Lifetime of a code'),
  sendQuota: z
    .strictObject({ perDay: count.optional(), perMonth: count.optional() })
    .optional()
    .describe('Messages in 24 hours and in 30 days'),
  guardMode: z.enum(GUARD_MODES).optional().describe('Mode of the fraud guard for its secret keys'),
  spendCap: z
    .strictObject({ perDay: money.optional(), perMonth: money.optional() })
    .optional()
    .describe('What its messages may cost in a calendar day and month (UTC)'),
  webhooks: z.boolean().optional().describe('Whether events are written for its webhooks'),
}) satisfies z.ZodType<ApplicationSettings>;

/** Changes of settings: what is absent stays, and null removes a setting. */
export const settingsChange = z.strictObject(
  Object.fromEntries(
    Object.entries(applicationSettings.shape).map(([name, field]) => [
      name,
      z.nullable(field.unwrap()).optional(),
    ]),
  ),
);
export type SettingsChange = {
  [Name in keyof ApplicationSettings]: ApplicationSettings[Name] | null;
};

export const applicationNameField = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    'must be up to 63 lower-case letters, digits and hyphens, a letter first',
  )
  .meta({ examples: ['shop'] });

/** What a browser sends as `Origin`: scheme, host, and the port unless it is the default. */
function isOrigin(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  return new URL(text).origin === text;
}
