import { z } from 'zod';
import { SinchApiError } from './errors.js';
import { checkPhoneNumber } from './phone-numbers.js';
import { CODE_TYPES, METHODS, REPORTABLE_METHODS, type ReportableMethod } from './constants.js';

/** `HH:MM:SS`, longer than zero. */
export const expirySchema = z
  .string()
  .regex(/^\d{2}:[0-5]\d:[0-5]\d$/)
  .refine((text) => secondsOf(text) > 0);
const timer = z.int().min(5).max(120);
const text = z.string().min(1);
// The API's versions differ in the case of method names.
const lowerCase = z.string().transform((method) => method.toLowerCase());

export const smsOptionsSchema = z.looseObject({
  codeType: z.enum(CODE_TYPES).optional(),
  expiry: expirySchema.optional(),
});
export const flashCallOptionsSchema = z.looseObject({
  dialTimeout: timer.optional(),
  interceptionTimeout: timer.optional(),
});
export const calloutOptionsSchema = z.looseObject({
  speech: z.looseObject({ locale: text.optional() }).optional(),
});
export const whatsappOptionsSchema = z.looseObject({ codeType: z.enum(CODE_TYPES).optional() });

const startSchema = z.strictObject({
  identity: z.strictObject({ type: z.literal('number'), endpoint: text }),
  method: lowerCase.pipe(z.enum(METHODS)),
  reference: text.optional(),
  custom: z.string().max(4096).optional(),
  smsOptions: smsOptionsSchema.optional(),
  flashCallOptions: flashCallOptionsSchema.optional(),
  calloutOptions: calloutOptionsSchema.optional(),
  whatsappOptions: whatsappOptionsSchema.optional(),
  // Sent by Sinch's Android client, but missing from Sinch's OpenAPI document.
  metadata: z.unknown().optional(),
  honourEarlyReject: z.unknown().optional(),
});
export type StartRequest = z.infer<typeof startSchema>;

const code = z.looseObject({ code: z.string().regex(/^[A-Za-z0-9-]{1,10}$/) });
const source = z.enum(['intercepted', 'manual']).optional();
const reportSchemas = {
  sms: z.strictObject({ method: z.string(), source, sms: code }),
  callout: z.strictObject({ method: z.string(), source, callout: code }),
  whatsapp: z.strictObject({ method: z.string(), source, whatsapp: code }),
  flashcall: z.strictObject({
    method: z.string(),
    source,
    flashCall: z.looseObject({ cli: z.string().regex(/^\+?[0-9]{1,20}$/) }),
  }),
};
const reportMethodSchema = z.looseObject({ method: lowerCase.pipe(z.enum(REPORTABLE_METHODS)) });

export interface ReportRequest {
  method: ReportableMethod;
  value: string;
  source: 'intercepted' | 'manual' | undefined;
}

/** @throws SinchApiError 40001, 40002 or 40005. */
export function parseStart(body: Buffer): StartRequest {
  const request = checked(startSchema, jsonObject(body));
  checkPhoneNumber(request.identity.endpoint);
  return request;
}

/** @throws SinchApiError 40001 or 40002. */
export function parseReport(body: Buffer): ReportRequest {
  const json = jsonObject(body);
  const { method } = checked(reportMethodSchema, json);
  const report = checked(reportSchemas[method], json);
  return { method, value: claimOf(report), source: report.source };
}

export function secondsOf(expiry: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = expiry.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

function claimOf(report: z.infer<(typeof reportSchemas)[ReportableMethod]>): string {
  if ('sms' in report) return report.sms.code;
  if ('callout' in report) return report.callout.code;
  return 'whatsapp' in report ? report.whatsapp.code : report.flashCall.cli;
}

function jsonObject(body: Buffer): object {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  } catch {
    // Handled below, like JSON that is not an object.
  }
  throw new SinchApiError(40001, 'Request body is invalid.');
}

function checked<Schema extends z.ZodType>(schema: Schema, json: object): z.infer<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    throw new SinchApiError(40001, `${named(issue.keys[0])} parameter is not known.`);
  }
  const path = issue?.path ?? [];
  const missing = path.reduce<unknown>(valueAt, json) === undefined;
  throw missing
    ? new SinchApiError(40002, `${named(path.at(-1))} parameter is missing.`)
    : new SinchApiError(40001, `${named(path.at(-1))} parameter is invalid.`);
}

function valueAt(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function named(key: PropertyKey | undefined): string {
  const name = String(key ?? 'Body');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
