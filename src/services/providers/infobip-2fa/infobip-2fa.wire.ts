import { z } from 'zod';
import { parseJson, retryAfterOf } from '../../../clients/http-response.js';
import type { HttpResponse } from '../../../clients/http-client.js';
import type { DenialReason } from '../../../domain/verification.js';
import { ProviderError, type ProviderErrorKind } from '../../../errors/provider-error.js';

/** Shapes and meanings of what the Infobip 2FA API v2 answers (its OpenAPI description 3.210.0). */

export const INFOBIP_2FA = 'infobip-2fa';

/** What every request with a body carries. */
export function requestHeaders(apiKey: string): Record<string, string> {
  return { authorization: `App ${apiKey}`, 'content-type': 'application/json' };
}

/** Infobip writes numbers without the plus; its answers are compared digit by digit. */
export function digitsOf(number: string): string {
  return number.replace(/\D/g, '');
}

const id = z.string().min(1).max(200);

/** Only what is used: an SMS says `smsStatus`, a call `callStatus`. */
export const sendResponse = z.object({
  pinId: id,
  smsStatus: z.string().nullish(),
  callStatus: z.string().nullish(),
  // A send that went well does not fail for the sake of its reports.
  externalMessageId: id.optional().catch(undefined),
});

export const verifyResponse = z.object({
  verified: z.boolean(),
  msisdn: z.string().nullish(),
  pinError: z.string().nullish(),
});

/** Whether an accepted request was not carried out; everything else is sent, or still being sent. */
export function isRejected({ smsStatus, callStatus }: z.infer<typeof sendResponse>): boolean {
  // "Rejected" is the platform's own word for messages that never leave it.
  return smsStatus === 'MESSAGE_NOT_SENT' || /^REJECTED(_|$)/.test(callStatus ?? '');
}

/**
 * Why a PIN was not verified. The values come from the first version of the API, the second lists none. Once Infobip
 * judges no more tries, the PIN is neither wrong nor late: it can never succeed, whatever is typed, so it has failed.
 */
export function denialReasonOf(pinError: string | null | undefined): DenialReason {
  if (pinError === 'TTL_EXPIRED') return 'expired';
  return pinError === 'NO_MORE_PIN_ATTEMPTS' ? 'failed' : 'wrong_code';
}

/** What an error body says, in either of its two shapes. */
export interface InfobipError {
  /** Infobip's word for the error: safe to log, unlike its texts. */
  code: string | undefined;
  /** Members of the request that were not valid. */
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

// A word, E and a status, or 0: nothing that could be an id, a number or a code.
const SAFE_CODE = /^(0|E\d{3}|[A-Z]{2,20}(_[A-Z]{2,20}){0,4})$/;

/** Undefined when the body is not one of Infobip's error bodies, as with gateways on the way. */
export function parseError(answer: HttpResponse): InfobipError | undefined {
  const parsed = errorResponse.safeParse(parseJson(answer.text));
  if (!parsed.success) return undefined;
  const { code, members } = parsed.data;
  return { code: SAFE_CODE.test(code) ? code : undefined, members };
}

/** Reads a successful answer. @throws ProviderError `bad-response` when it is not what the API documents. */
export function parseResponse<T>(schema: z.ZodType<T>, answer: HttpResponse): T {
  const parsed = schema.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data;
  throw new ProviderError(INFOBIP_2FA, 'bad-response', { httpStatus: answer.status });
}

/** Turns an answer without success into the one error type. */
export function toProviderError(answer: HttpResponse): ProviderError {
  const error = parseError(answer);
  const retryAfterSeconds = retryAfterOf(answer);
  return new ProviderError(INFOBIP_2FA, kindOf(answer.status, error), {
    httpStatus: answer.status,
    ...(error?.code !== undefined && { providerCode: error.code }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** The status decides: error bodies may be missing, and 403 comes with two different words. */
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
      // Not found by Infobip: our application or template. By somebody else: not even that is known.
      return error ? 'bad-credentials' : 'bad-response';
    case 429:
      return 'rate-limited';
    case 504:
      // A gateway waited in vain for somebody who has the request.
      return 'timeout-unknown';
    default:
      return status >= 500 ? 'unreachable' : 'bad-response';
  }
}

/** Everything in a send but the number comes from our set-up. */
function badRequestKind(error: InfobipError | undefined): ProviderErrorKind {
  if (!error) return 'bad-response';
  if (error.code === 'TOO_MANY_REQUESTS') return 'rate-limited';
  const isOurs = error.members.length > 0 && !error.members.some((name) => name.startsWith('to'));
  return isOurs ? 'bad-credentials' : 'rejected-destination';
}
