import { z } from 'zod';
import { parseJson, retryAfterOf } from '../../../clients/http-response.js';
import type { HttpResponse } from '../../../clients/http-client.js';
import type { DenialReason } from '../../../domain/verification.js';
import {
  ProviderError,
  kindOfServerError,
  type ProviderErrorKind,
} from '../../../errors/provider-error.js';

/** Responses and errors of the Infobip 2FA API v2 (OpenAPI description 3.210.0). */

export const INFOBIP_2FA = 'infobip-2fa';

export interface InfobipConfig {
  url: string;
  apiKey: string;
  applicationId: string;
  messageId: string;
  /** Whether Infobip looks up numbers before sending, which is a separate product. */
  numberLookup: boolean;
}

/** Headers of every request. */
export function requestHeaders(apiKey: string): Record<string, string> {
  return { authorization: `App ${apiKey}`, 'content-type': 'application/json' };
}

/** Infobip writes numbers without the plus sign. */
export function digitsOf(number: string): string {
  return number.replace(/\D/g, '');
}

const id = z.string().min(1).max(200);

/** An SMS has `smsStatus`, a call `callStatus`. */
export const sendResponse = z.object({
  pinId: id,
  smsStatus: z.string().nullish(),
  callStatus: z.string().nullish(),
  // Needed for delivery reports only, so a malformed id does not fail the send.
  externalMessageId: id.optional().catch(undefined),
});

export const verifyResponse = z.object({
  verified: z.boolean(),
  msisdn: z.string().nullish(),
  pinError: z.string().nullish(),
});

/** True when Infobip accepted the request but will not send. Any other status is sent or pending. */
export function isRejected({ smsStatus, callStatus }: z.infer<typeof sendResponse>): boolean {
  // In Infobip's statuses, rejected messages never leave the platform.
  return smsStatus === 'MESSAGE_NOT_SENT' || /^REJECTED(_|$)/.test(callStatus ?? '');
}

/**
 * Why a PIN was not verified. API v2 lists no values of `pinError`; these are those of v1.
 * After `NO_MORE_PIN_ATTEMPTS` no PIN can succeed, so the verification has failed.
 */
export function denialReasonOf(pinError: string | null | undefined): DenialReason {
  if (pinError === 'TTL_EXPIRED') return 'expired';
  return pinError === 'NO_MORE_PIN_ATTEMPTS' ? 'failed' : 'wrong_code';
}

/** An error body, in either of Infobip's two formats. */
export interface InfobipError {
  /** Infobip's error code; safe to log, unlike its texts. */
  code: string | undefined;
  members: string[];
}

const requestError = z
  .object({
    requestError: z.object({
      serviceException: z.object({
        messageId: z.union([z.string(), z.number()]).transform(String),
        validationErrors: z.record(z.string(), z.unknown()).nullish(),
      }),
    }),
  })
  .transform(({ requestError: { serviceException } }) => ({
    code: serviceException.messageId,
    members: Object.keys(serviceException.validationErrors ?? {}),
  }));
const platformError = z
  .object({
    errorCode: z.string(),
    violations: z.array(z.object({ property: z.string() })).nullish(),
  })
  .transform(({ errorCode, violations }) => ({
    code: errorCode,
    members: (violations ?? []).map(({ property }) => property),
  }));
const errorResponse = z.union([requestError, platformError]);

// Upper-case words, `E` and a status, or 0: never an id, a phone number or a PIN.
const SAFE_CODE = /^(0|E\d{3}|[A-Z]{2,20}(_[A-Z]{2,20}){0,4})$/;

/** Undefined for other bodies, such as a gateway's. */
export function parseError(answer: HttpResponse): InfobipError | undefined {
  const parsed = errorResponse.safeParse(parseJson(answer.text));
  if (!parsed.success) return undefined;
  const { code, members } = parsed.data;
  return { code: SAFE_CODE.test(code) ? code : undefined, members };
}

/** Parses a successful response. @throws ProviderError `bad-response` when it does not match the schema */
export function parseResponse<T>(schema: z.ZodType<T>, answer: HttpResponse): T {
  const parsed = schema.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data;
  throw new ProviderError(INFOBIP_2FA, 'bad-response', { httpStatus: answer.status });
}

/** Maps an error response to a `ProviderError`. */
export function toProviderError(answer: HttpResponse): ProviderError {
  const error = parseError(answer);
  const retryAfterSeconds = retryAfterOf(answer);
  return new ProviderError(INFOBIP_2FA, kindOf(answer.status, error), {
    httpStatus: answer.status,
    ...(error?.code !== undefined && { providerCode: error.code }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** The status decides, because the error body is optional and 403 has two codes. */
function kindOf(status: number, error: InfobipError | undefined): ProviderErrorKind {
  switch (status) {
    case 400:
      return badRequestKind(error);
    case 401:
    case 403:
      return 'bad-credentials';
    case 402:
      return 'quota-exhausted';
    case 404:
      // Infobip does not know our application or template. Without an error body, a gateway answered.
      return error ? 'bad-credentials' : 'bad-response';
    case 429:
      return 'rate-limited';
    default:
      return status >= 500 ? kindOfServerError(status) : 'bad-response';
  }
}

/** In a send only `to` comes from the caller. Any other invalid member is a configuration error. */
function badRequestKind(error: InfobipError | undefined): ProviderErrorKind {
  if (!error) return 'bad-response';
  if (error.code === 'TOO_MANY_REQUESTS') return 'rate-limited';
  const isOurs = error.members.length > 0 && !error.members.some((name) => name.startsWith('to'));
  return isOurs ? 'bad-credentials' : 'rejected-destination';
}
