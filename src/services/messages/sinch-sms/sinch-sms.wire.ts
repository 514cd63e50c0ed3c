import { z } from 'zod';
import { parseJson, retryAfterOf } from '../../../clients/http-response.js';
import type { HttpResponse } from '../../../clients/http-client.js';
import {
  ProviderError,
  kindOfServerError,
  type ProviderErrorKind,
} from '../../../errors/provider-error.js';
import type { SmsMessage } from '../sms-sender.js';

/** Requests, responses and errors of the Sinch SMS API, `/xms/v1/{plan or project}/batches`. */

export const SINCH_SMS = 'sinch-sms';

export interface SinchSmsConfig {
  url: string;
  /** Sender: number, short code or name. Undefined: the plan's default. */
  from: string | undefined;
  credentials:
    | { kind: 'service-plan'; servicePlanId: string; apiToken: string }
    | { kind: 'project'; projectId: string; keyId: string; keySecret: string; authUrl: string };
  /** Address for delivery reports. Undefined: none are requested. */
  callbackUrl: string | undefined;
}

/** Other members are ignored: the API may add some. */
const batchResponse = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/) });
const listedBatch = batchResponse.extend({
  to: z.array(z.string()),
  body: z.string().optional(),
  canceled: z.boolean().default(false),
});
type ListedBatch = z.infer<typeof listedBatch>;
const batchListResponse = z.object({ batches: z.array(listedBatch) });
const errorResponse = z.object({ code: z.string().regex(/^[a-z_]{1,60}$/), text: z.string() });
type SmsError = z.infer<typeof errorResponse>;

/** The body of a send. The message expires with its code. */
export function batchBody(message: SmsMessage, config: SinchSmsConfig): string {
  const { from, callbackUrl } = config;
  return JSON.stringify({
    ...(from !== undefined && { from }),
    to: [message.to],
    body: message.text,
    type: 'mt_text',
    expire_at: message.expiresAt.toISOString(),
    client_reference: message.reference,
    ...(callbackUrl !== undefined && {
      delivery_report: 'per_recipient_final',
      callback_url: callbackUrl,
    }),
  });
}

/**
 * Sinch replaces `${name}` from `parameters`, aborts the message without a value, and has no escape for it.
 * A text that contains `${` is therefore a configuration error.
 */
export function hasPlaceholder(text: string): boolean {
  return text.includes('${');
}

/** The id of an accepted message. @throws ProviderError `bad-response` for an undocumented response */
export function parseBatchId(answer: HttpResponse): string {
  const parsed = batchResponse.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data.id;
  throw new ProviderError(SINCH_SMS, 'bad-response', { httpStatus: answer.status });
}

/**
 * The id of our message in a list of batches; undefined when it is not there. A batch does not repeat the
 * reference, so recipient and text decide: a server that ignores the filter lists other messages too.
 */
export function findBatchId(answer: HttpResponse, { to, text }: SmsMessage): string | undefined {
  const parsed = batchListResponse.safeParse(parseJson(answer.text));
  const isOurs = (batch: ListedBatch) =>
    batch.body === text && !batch.canceled && batch.to.includes(to.slice(1));
  return parsed.data?.batches.find(isOurs)?.id;
}

/** Whether Sinch refused the request only because the access token has expired. */
export function isTokenExpired(answer: HttpResponse): boolean {
  return answer.status === 401 && (answer.headers['www-authenticate'] ?? '').includes('expired');
}

/** Maps an error response to a `ProviderError`. */
export function toProviderError(answer: HttpResponse): ProviderError {
  const error = parseError(answer);
  const retryAfterSeconds = retryAfterOf(answer);
  return new ProviderError(SINCH_SMS, kindOf(answer.status, error), {
    httpStatus: answer.status,
    ...(error && { providerCode: error.code }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function kindOf(status: number, error: SmsError | undefined): ProviderErrorKind {
  if (status === 400 && error)
    return isAboutRecipient(error) ? 'rejected-destination' : MISCONFIGURED;
  if (status === 403 && error?.code === 'unknown_group') return 'rejected-destination';
  if (status === 401 || status === 403) return MISCONFIGURED;
  if (status === 402) return 'quota-exhausted';
  if (status === 429) return 'rate-limited';
  return status >= 500 ? kindOfServerError(status) : 'bad-response';
}

// Foreign sender, blocked account, missing callback URL or unsupported body: every number fails until an
// operator changes the configuration.
const MISCONFIGURED: ProviderErrorKind = 'bad-credentials';

/** Only the text names the refused field: `The format of parameter 'to[0]' is invalid; …`. */
function isAboutRecipient({ code, text }: SmsError): boolean {
  return code.startsWith('syntax_') && /'to(\[[0-9]+\])?'/.test(text);
}

function parseError(answer: HttpResponse): SmsError | undefined {
  const parsed = errorResponse.safeParse(parseJson(answer.text));
  return parsed.success ? parsed.data : undefined;
}
