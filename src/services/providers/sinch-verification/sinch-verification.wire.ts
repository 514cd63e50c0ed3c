import { z } from 'zod';
import { parseJson, retryAfterOf } from '../../../clients/http-response.js';
import type { HttpResponse } from '../../../clients/http-client.js';
import type { DenialReason } from '../../../domain/verification.js';
import { ProviderError, type ProviderErrorKind } from '../../../errors/provider-error.js';

/** Shapes and meanings of what the Sinch Verification API v1 answers (its OpenAPI 2.0.1 and "Errors" page). */

export const SINCH_VERIFICATION = 'sinch-verification';

/** What is used of it; everything else is ignored, since the API says its objects may grow. */
export const startResponse = z.object({
  id: z.string().min(1).max(200),
  flashCall: z.object({ cliFilter: z.string().min(1).max(200) }).optional(),
  seamless: z.object({ targetUri: z.url({ protocol: /^https?$/ }).max(2048) }).optional(),
});
export type StartResponse = z.infer<typeof startResponse>;

export const reportResponse = z.object({
  id: z.string().optional(),
  status: z.string(),
  reason: z.string().optional(),
});

export const statusResponse = z.object({ id: z.string().min(1).max(200) });

// The OpenAPI document types errorCode as a string, every example and SDK as a number.
const errorResponse = z.object({ errorCode: z.union([z.number(), z.string()]).transform(Number) });

/** Sinch's error number, or undefined when the body is not one of its error bodies. */
export function errorCodeOf(answer: HttpResponse): number | undefined {
  const parsed = errorResponse.safeParse(parseJson(answer.text));
  return parsed.success && Number.isInteger(parsed.data.errorCode)
    ? parsed.data.errorCode
    : undefined;
}

/** Reads a 200 answer. @throws ProviderError `bad-response` when it is not what the API documents. */
export function parseResponse<T>(schema: z.ZodType<T>, answer: HttpResponse): T {
  const parsed = schema.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data;
  throw new ProviderError(SINCH_VERIFICATION, 'bad-response', { httpStatus: answer.status });
}

/** Turns every answer other than 200 into the one error type. */
export function toProviderError(answer: HttpResponse): ProviderError {
  const code = errorCodeOf(answer);
  const retryAfterSeconds = retryAfterOf(answer);
  return new ProviderError(SINCH_VERIFICATION, kindOf(answer.status, code), {
    httpStatus: answer.status,
    ...(code !== undefined && { providerCode: String(code) }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** Why a report was not successful. Reasons that are not about the code end the verification. */
export function denialReasonOf(status: string, reason: string | undefined): DenialReason {
  if (status === 'ABORTED') return 'cancelled';
  if (status === 'FAIL' && reason === 'Expired') return 'expired';
  if (status === 'FAIL' || status === 'PENDING') return 'wrong_code';
  return 'failed';
}

function kindOf(status: number, code: number | undefined): ProviderErrorKind {
  if (code === undefined) return kindOfGatewayStatus(status);
  if (status === 401) return 'bad-credentials';
  if (status === 402) return 'quota-exhausted';
  if (status === 403)
    return MISCONFIGURATION_CODES.has(code) ? 'bad-credentials' : 'rejected-destination';
  if (status === 422) return code === 42201 ? 'rejected-destination' : 'bad-credentials';
  if (status === 429) return 'rate-limited';
  if (code === 50301) return 'bad-credentials';
  if (status >= 500) return 'unreachable';
  return status === 400 ? 'rejected-destination' : 'bad-response';
}

// Invalid scheme, insufficient privileges, no callback URL: our application is set up wrongly. 40303 also
// means that the application's own callback denied the request, which is a set-up matter just as well.
const MISCONFIGURATION_CODES: ReadonlySet<number> = new Set([40301, 40302, 40303]);

// A gateway in front of the API answers without its error body: the status is all there is to go by.
function kindOfGatewayStatus(status: number): ProviderErrorKind {
  if (status === 401 || status === 403) return 'bad-credentials';
  if (status === 402) return 'quota-exhausted';
  if (status === 429) return 'rate-limited';
  // It gave up waiting for somebody who has the request.
  if (status === 504) return 'timeout-unknown';
  return status >= 500 ? 'unreachable' : 'bad-response';
}
