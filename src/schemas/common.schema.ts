import { z } from 'zod';
import { isKnownCountry } from '../domain/phone-number.js';
import { VERIFICATION_ID_PATTERN } from '../domain/verification-id.js';
import { CHANNELS, SEAMLESS_CODE } from '../domain/verification.js';

/** Fields that several requests share. Every text has an upper length; nothing is coerced. */

export const phoneNumberField = z
  .string()
  .min(1)
  .max(40)
  .describe('E.164, or a national number together with `country`')
  .meta({ examples: ['+14155552671'] });

export const countryField = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code in capitals')
  .refine(isKnownCountry, 'is not a country with a numbering plan')
  .describe('ISO 3166-1 alpha-2, for national numbers')
  .meta({ examples: ['US'] });

export const purposeField = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be a slug: small letters, digits and hyphens, 32 at most')
  .describe('What the proof is for; a code for one purpose is worthless for another')
  .meta({ examples: ['verification'] });

export const channelField = z.enum(CHANNELS).describe('How the code travels');

export const localeField = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag such as sv-SE')
  .describe('Language of the message (BCP 47)')
  .meta({ examples: ['en-US'] });

// Printable, and nothing that could break a line of a log or a header apart.
export const referenceField = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, 'must be printable characters')
  .describe("The caller's own id, kept and returned");

// Who reads the message must see this payment and nothing else: no link, no digits that look like the code, no sign that
// the gateways would fill in or that breaks the line.
const payeeField = z
  .string()
  .min(1)
  .max(30)
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} .,&'()-]*[\p{L}\p{M}\p{N}.)])?$/u, 'must be a name')
  .refine((name) => !/[0-9]{4}/.test(name), 'must not have four digits in a row')
  .refine((name) => !/[\p{L}\p{N}]\.\p{L}{2}/u.test(name), 'must not look like a link');

export const bindingField = z
  .strictObject({
    amount: z
      .string()
      .regex(/^(0|[1-9][0-9]{0,11})(\.[0-9]{1,3})?$/, 'must be a decimal number such as 39.99')
      .meta({ examples: ['39.99'] }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code in capitals')
      .meta({ examples: ['EUR'] }),
    payee: payeeField.meta({ examples: ['Example Shop'] }),
  })
  .describe(
    'The payment that the code confirms, with purpose `transaction`: the message names it and the proof carries it',
  );

export const verificationIdField = z
  .string()
  .regex(VERIFICATION_ID_PATTERN, 'is not a verification id')
  .describe('The handle of one verification')
  .meta({ examples: ['06fjqk5m8bq3w2v1zt9h4n7x6cprd0ysa8k2e'] });

export const codeField = z
  .string()
  .regex(
    /^([0-9]{4,10}|\+[1-9][0-9]{6,14}|seamless)$/,
    `must be 4 to 10 digits, the number that called in E.164, or "${SEAMLESS_CODE}"`,
  )
  .describe(
    `The code as the person typed it; after a flash call the number that called, in E.164; \`${SEAMLESS_CODE}\` once the device has opened \`targetUri\``,
  )
  .meta({ examples: ['1234'] });

export const cliFilterField = z
  .string()
  .describe('Flash call: a regular expression for the number that will call');

export const targetUriField = z
  .string()
  .describe('Seamless: the address that the device opens over its mobile data link');

export const instantField = z.iso.datetime().describe('RFC 3339, UTC');
