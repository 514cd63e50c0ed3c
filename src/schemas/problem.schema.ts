import { z } from 'zod';
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/error-catalogue.js';
import { attemptsRemainingField, verificationIdField } from './common.schema.js';

const codes = Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]];

/** Problem details (RFC 9457) with our extension members. */
export const problemSchema = z.strictObject({
  type: z.string().describe('urn:proofline:problem:<code>'),
  title: z.string(),
  status: z.int().meta({ examples: [429] }),
  detail: z.string().describe('What happened or what to do, for people'),
  instance: z.string().describe('urn:proofline:request:<requestId>'),
  code: z.enum(codes).describe('Stable; branch on this'),
  requestId: z.string(),
  errors: z
    .array(
      z.strictObject({
        pointer: z.string().describe('JSON pointer (RFC 6901)'),
        message: z.string(),
      }),
    )
    .optional(),
  attemptsRemaining: attemptsRemainingField.optional(),
  retryAfter: z
    .int()
    .min(1)
    .meta({ examples: [24] })
    .optional()
    .describe('Seconds to wait before the next attempt'),
  limit: z.string().optional().describe('Name of the limit that was exceeded'),
  verificationId: verificationIdField.optional(),
  right: z
    .string()
    .optional()
    .describe(
      'Right that the caller lacks: an operation id, or a finer right such as `transaction`',
    ),
});
