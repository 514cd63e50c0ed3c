import { z } from 'zod';
import { minorUnitsOf } from '../domain/currency.js';
import { isLanguageTag, withHyphens } from '../domain/language-tag.js';
import { isKnownCountry } from '../domain/phone-number.js';
import { readTypedCode, toAscii } from '../domain/typed-code.js';
import { VERIFICATION_ID_PATTERN } from '../domain/verification-id.js';
import { CHANNELS, SEAMLESS_CODE } from '../domain/verification.js';
import { JWT_EXAMPLE } from './examples.js';

/** Fields shared by several requests. Every string has a maximum length; nothing is coerced. */

export const phoneNumberField = z
  .string()
  .min(1)
  .max(40)
  .describe('Phone number in E.164 format, or a national number together with `country`')
  .meta({ examples: ['+14155552671'] });

export const countryField = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be an upper-case ISO 3166-1 alpha-2 code')
  .refine(isKnownCountry, 'is not a country with a known numbering plan')
  .describe('Country of a national number (ISO 3166-1 alpha-2)')
  .meta({ examples: ['US'] });

export const purposeField = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be up to 32 lower-case letters, digits and hyphens')
  .describe('What the proof is for; a code is only valid for its own purpose')
  .meta({ examples: ['verification'] });

export const channelField = z.enum(CHANNELS).describe('How the code is delivered');

export const localeField = z
  .string()
  .max(64)
  .overwrite(withHyphens)
  .refine(isLanguageTag, 'must be a language tag such as sv-SE')
  .describe(
    'Language of the message (BCP 47); a language without texts falls back to a related one, or to English',
  )
  .meta({ examples: ['en-US'] });

// Control characters and line separators could split a log line or a header.
export const referenceField = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, 'must contain only printable characters')
  .describe("The caller's own id, stored and returned")
  .meta({ examples: ['order-1042'] });

// The name appears in the message, so it must not contain a link, a second code or number, a gateway
// placeholder or a line break.
const payeeField = z
  .string()
  .overwrite((name) => name.normalize('NFC'))
  .min(1)
  .max(30)
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} .,&'()-]*[\p{L}\p{M}\p{N}.)])?$/u, 'must be a name')
  .refine((name) => !/\p{Default_Ignorable_Code_Point}/u.test(name), 'must be visible')
  .refine((name) => !/\p{N}{4}/u.test(asRead(name)), 'must not contain four consecutive digits')
  .refine(
    (name) => (asRead(name).match(/\p{N}/gu) ?? []).length <= 4,
    'must not have more than four digits',
  )
  .refine((name) => !/[^ ]\.[^ ]/.test(asRead(name)), 'must not look like a link');

/** One character can be read as several: ⒈ is a digit and a dot, ⑫ are two digits, ꓸ (Lisu) is a dot. */
function asRead(name: string): string {
  return name.normalize('NFKC').replaceAll(/[\uA4F8\uA4FA]/g, '.');
}

export const bindingField = z
  .strictObject({
    amount: z
      .string()
      .regex(/^(0|[1-9][0-9]{0,11})(\.[0-9]{1,3})?$/, 'must be a decimal number such as 39.99')
      .refine((amount) => /[1-9]/.test(amount), 'must be greater than 0')
      .meta({ examples: ['39.99'] }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be an upper-case ISO 4217 code')
      .refine((code) => minorUnitsOf(code) !== undefined, 'must be a currency of ISO 4217')
      .meta({ examples: ['EUR'] }),
    payee: payeeField.meta({ examples: ['Example Shop'] }),
  })
  .refine(({ amount, currency }) => decimalsOf(amount) <= (minorUnitsOf(currency) ?? Infinity), {
    path: ['amount'],
    message: 'has more decimals than the currency',
  })
  .describe(
    'The payment that the code confirms, with purpose `transaction`; the message shows it and the proof contains it',
  );

function decimalsOf(amount: string): number {
  return amount.split('.')[1]?.length ?? 0;
}

export const verificationIdField = z
  .string()
  .regex(VERIFICATION_ID_PATTERN, 'is not a verification id')
  .describe('Id of the verification')
  .meta({ examples: ['06fjqk5m8bq3w2v1zt9h4n7x6cprd0ysa8k2e'] });

const CODE = /^([0-9]{4,10}|\+[1-9][0-9]{6,14}|seamless)$/;

// Codes alone are read before they are judged: people type them in groups and in their own digits.
export const codeField = z
  .string()
  .max(40)
  .overwrite(readTypedCode)
  .refine(
    (code) => CODE.test(code),
    `must be 4 to 10 digits, the caller's number in E.164 format, or "${SEAMLESS_CODE}"`,
  )
  .describe(
    `The code as the user entered it, 4 to 10 digits of any script, also as \`12 34\`, \`12-34\` or \`G-1234\`; for a flash call, the caller's number in E.164 format; \`${SEAMLESS_CODE}\` after the device has opened \`targetUri\``,
  )
  .meta({ examples: ['1234'] });

export const totpCodeField = z
  .string()
  .max(40)
  .overwrite(readTypedCode)
  .refine((code) => /^[0-9]{6}$/.test(code), 'must be 6 digits')
  .meta({ examples: ['123456'] });

export const backupCodeField = z
  .string()
  .max(40)
  .overwrite(toAscii)
  .refine((code) => /^[0-9A-Za-z -]{15,20}$/.test(code), 'must be a backup code')
  .meta({ examples: ['0abc1-2def3-4ghj5'] });

/** The end user on whose behalf a backend calls. */
export const clientField = z
  .strictObject({
    ip: z
      .union(
        [
          z.ipv4().meta({ examples: ['203.0.113.7'] }),
          z.ipv6().meta({ examples: ['2001:db8::7'] }),
        ],
        'must be an IP address',
      )
      .describe('Limits per address count it'),
    userAgent: z
      .string()
      .min(1)
      .max(512)
      .optional()
      .meta({ examples: ['Mozilla/5.0 (X11; Linux x86_64)'] }),
    deviceId: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({ examples: ['d-41f7'] }),
  })
  .describe(
    'The end user; only with a secret key, whose requests have no limits per address without it',
  );

export const cliFilterField = z
  .string()
  .describe('Flash call: regular expression that matches the number that will call')
  .meta({ examples: ['^\\+4670123.*$'] });

export const targetUriField = z
  .string()
  .describe('Seamless: URL that the device opens over mobile data')
  .meta({ examples: ['https://seamless.example.com/open/1'] });

export const instantField = z.iso
  .datetime()
  .describe('RFC 3339 timestamp, UTC')
  .meta({ examples: ['2026-11-21T06:05:51.196Z'] });

export const attemptsRemainingField = z
  .int()
  .min(0)
  .meta({ examples: [5] });

export const codeLengthField = z
  .int()
  .meta({ examples: [6] })
  .nullable()
  .describe('null if the provider does not report it');

/** A JWT that this service signs, in requests and responses. */
export const jwtField = z
  .string()
  .min(1)
  .max(4096)
  .meta({ examples: [JWT_EXAMPLE] });
