import { z } from 'zod';
import { parseJson, retryAfterOf } from '../../../clients/http-response.js';
import type { HttpResponse } from '../../../clients/http-client.js';
import type { DenialReason } from '../../../domain/verification.js';
import {
  ProviderError,
  kindOfServerError,
  type ProviderErrorKind,
} from '../../../errors/provider-error.js';

/** Responses and errors of the Sinch Verification API v1 (OpenAPI 2.0.1 and the "Errors" page). */

export const SINCH_VERIFICATION = 'sinch-verification';

export interface SinchVerificationConfig {
  url: string;
  applicationKey: string;
  applicationSecret: string;
  auth: 'application' | 'basic';
}

/** Other members are ignored: the API may add some. */
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

export const statusResponse = z.object({ id: z.string().min(1).max(200), status: z.string() });
export type StatusResponse = z.infer<typeof statusResponse>;

// A string in the OpenAPI document, a number in every example and SDK.
const errorResponse = z.object({ errorCode: z.union([z.number(), z.string()]).transform(Number) });

/** Sinch's error code; undefined for other bodies, such as a gateway's. */
export function errorCodeOf(answer: HttpResponse): number | undefined {
  const parsed = errorResponse.safeParse(parseJson(answer.text));
  return parsed.success && Number.isInteger(parsed.data.errorCode)
    ? parsed.data.errorCode
    : undefined;
}

/** Parses a 200 response. @throws ProviderError `bad-response` when it does not match the schema */
export function parseResponse<T>(schema: z.ZodType<T>, answer: HttpResponse): T {
  const parsed = schema.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data;
  throw new ProviderError(SINCH_VERIFICATION, 'bad-response', { httpStatus: answer.status });
}

/** Maps an error response to a `ProviderError`. */
export function toProviderError(answer: HttpResponse): ProviderError {
  const code = errorCodeOf(answer);
  const retryAfterSeconds = retryAfterOf(answer);
  return new ProviderError(SINCH_VERIFICATION, kindOf(answer.status, code), {
    httpStatus: answer.status,
    ...(code !== undefined && { providerCode: String(code) }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** Why a report was not successful. Reasons that are not about the code end the verification as failed. */
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
  if (status >= 500) return kindOfServerError(status);
  return status === 400 ? 'rejected-destination' : 'bad-response';
}

// Invalid scheme, insufficient privileges, no callback URL or denied by callback: the application is
// misconfigured.
const MISCONFIGURATION_CODES: ReadonlySet<number> = new Set([40301, 40302, 40303]);

// A gateway answers without Sinch's error body, so the status alone decides.
function kindOfGatewayStatus(status: number): ProviderErrorKind {
  if (status === 401 || status === 403) return 'bad-credentials';
  if (status === 402) return 'quota-exhausted';
  if (status === 429) return 'rate-limited';
  return status >= 500 ? kindOfServerError(status) : 'bad-response';
}
