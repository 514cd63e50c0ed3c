import { z } from 'zod';
import { parsePossiblePhoneNumber } from '../domain/phone-number.js';
import { VERIFICATION_STATUSES } from '../domain/verification.js';
import {
  attemptsRemainingField,
  channelField,
  instantField,
  phoneNumberField,
  purposeField,
  referenceField,
  verificationIdField,
} from './common.schema.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** A number in a query or a path. A plus that was not encoded arrives as a blank. */
export const givenNumberField = z
  .string()
  .max(40)
  .overwrite((text) => text.replace(/^ (?=[0-9])/, '+'))
  .refine((text) => text.startsWith('+') && parsePossiblePhoneNumber(text) !== undefined, {
    message: 'must be a phone number in E.164 format',
  })
  .overwrite((text) => parsePossiblePhoneNumber(text)?.e164 ?? text)
  .describe('Phone number in E.164 format, with the plus as `%2B`')
  .meta({ examples: ['+14155552671'] });

const timeField = z.iso.datetime({ offset: true }).meta({ examples: ['2026-11-21T06:05:51.196Z'] });

const limitField = z
  .string()
  .refine((text) => /^([1-9][0-9]?|100)$/.test(text), `must be from 1 to ${MAX_LIMIT}`)
  .default(String(DEFAULT_LIMIT))
  .describe('Verifications per page')
  .meta({
    type: 'integer',
    minimum: 1,
    maximum: MAX_LIMIT,
    default: DEFAULT_LIMIT,
    examples: [DEFAULT_LIMIT],
  });

export const searchQuery = z
  .strictObject({
    phoneNumber: givenNumberField.optional(),
    reference: referenceField.optional(),
    status: z.enum(VERIFICATION_STATUSES).optional().describe('Status of the verification'),
    purpose: purposeField.optional(),
    channel: channelField.optional(),
    from: timeField
      .optional()
      .describe(
        'Created at this time or later. Without it, a search by neither `phoneNumber` nor `reference` covers the 24 hours before `to`',
      ),
    to: timeField.optional().describe('Created before this time; default now'),
    application: z
      .string()
      .max(64)
      .optional()
      .describe('Id of an application; for operator keys')
      .meta({ examples: ['app_default'] }),
    limit: limitField,
    cursor: z
      .string()
      .max(200)
      .optional()
      .describe('`nextCursor` of the previous page, with the same filters'),
  })
  .refine(
    ({ from, to }) => from === undefined || to === undefined || new Date(from) < new Date(to),
    {
      path: ['from'],
      message: 'must be before to',
    },
  );
export type SearchQuery = z.infer<typeof searchQuery>;

export const foundVerification = z.strictObject({
  verificationId: verificationIdField,
  applicationId: z.string().meta({ examples: ['app_default'] }),
  phoneNumber: phoneNumberField,
  country: z.string().meta({ examples: ['US'] }),
  channel: channelField,
  purpose: purposeField,
  status: z.enum(VERIFICATION_STATUSES),
  expiresAt: instantField,
  resendAt: instantField,
  attemptsRemaining: attemptsRemainingField,
  verifiedAt: instantField.nullable(),
  createdAt: instantField,
  reference: referenceField.optional(),
});

export const searchResponse = z.strictObject({
  verifications: z
    .array(foundVerification)
    .describe('Newest first; may be fewer than `limit`, or none, although there is a next page'),
  nextCursor: z
    .string()
    .nullable()
    .describe('`cursor` of the next page, which `Link` names too; null on the last page'),
});
export type SearchResponse = z.infer<typeof searchResponse>;
