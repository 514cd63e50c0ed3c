import { z } from 'zod';
import { SmsApiError } from './errors.js';
import { parseTimestamp } from './timestamps.js';
import { REPORT_KINDS } from './constants.js';

// Each message completes Sinch's error text "value '…' is not …".
const msisdnOrGroup = z
  .string('a valid MSISDN or group ID')
  .regex(/^(?:(?:\+|00)?[1-9]\d{6,14}|[0-9A-Z]{26})$/, 'a valid MSISDN or group ID');
const sender = z
  .string('a valid originator')
  .regex(/^(?:\+?\d{3,15}|[A-Za-z0-9 ]{1,11})$/, 'a valid originator');
const timestamp = z.string('a valid ISO 8601 timestamp').transform((text, context) => {
  const date = parseTimestamp(text);
  if (date) return date;
  context.addIssue('a valid ISO 8601 timestamp');
  return z.NEVER;
});
const flag = z.boolean('a boolean');
const values = z.record(
  z.string().regex(/^(?:default|(?:\+|00)?[1-9]\d{6,14})$/, 'a valid MSISDN or default'),
  z.string('a text').max(160),
);
const parameters = z.record(
  z.string().regex(/^[A-Za-z0-9._-]{1,16}$/, 'a valid parameter key'),
  values,
);
const kind = z.enum(['mt_text', 'mt_binary', 'mt_media'], 'a known message type');

// Sinch ignores unknown fields.
const sendSchema = z.object({
  to: z.array(msisdnOrGroup, 'a list').min(1).max(1000),
  from: sender.optional(),
  body: z.string('a text').min(1),
  type: kind.default('mt_text'),
  delivery_report: z.enum(REPORT_KINDS, 'a known report type').default('none'),
  send_at: timestamp.optional(),
  expire_at: timestamp.optional(),
  callback_url: z
    .url({ protocol: /^https?$/, error: 'a valid URL' })
    .max(2048)
    .optional(),
  client_reference: z.string('a text').max(128).optional(),
  feedback_enabled: flag.optional(),
  flash_message: flag.default(false),
  parameters: parameters.optional(),
  truncate_concat: flag.optional(),
  max_number_of_message_parts: z.int('a whole number').min(1).optional(),
  from_ton: z.int('a whole number').min(0).max(6).optional(),
  from_npi: z.int('a whole number').min(0).max(18).optional(),
});
export type SendRequest = z.infer<typeof sendSchema>;

/** @throws SmsApiError `syntax_…` for the first invalid field. */
export function parseSend(body: Buffer): SendRequest {
  const json = jsonObject(body);
  const result = sendSchema.safeParse(json);
  if (result.success) return result.data;
  throw validationError(result.error.issues[0], json);
}

function validationError(issue: z.core.$ZodIssue | undefined, json: object): SmsApiError {
  const path = issue?.path ?? [];
  const name = nameOf(path);
  const value = path.reduce<unknown>(valueAt, json);
  if (value === undefined) {
    return new SmsApiError(
      'syntax_constraint_violation',
      `The required parameter '${name}' is missing.`,
    );
  }
  if (issue?.code === 'too_big' || issue?.code === 'too_small') {
    const message = `The parameter '${name}' is too ${issue.code === 'too_big' ? 'large' : 'small'}.`;
    return new SmsApiError('syntax_constraint_violation', message);
  }
  const given = typeof value === 'string' ? value : JSON.stringify(value);
  const wanted = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message;
  return new SmsApiError(
    'syntax_invalid_parameter_format',
    `The format of parameter '${name}' is invalid; value '${given}' is not ${wanted ?? 'valid'}.`,
  );
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' ? String(key) : `${name}.${String(key)}`;
  }, '');
}

function valueAt(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function jsonObject(body: Buffer): object {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  } catch {
    // Handled below, like JSON that is not an object.
  }
  throw new SmsApiError('syntax_invalid_json');
}
