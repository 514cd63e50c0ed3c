import { z } from 'zod';
import { parseJson, retryAfterOf } from '../../../clients/http-response.js';
import type { HttpResponse } from '../../../clients/http-client.js';
import type { SinchSmsConfig } from '../../../config/config.js';
import { ProviderError, type ProviderErrorKind } from '../../../errors/provider-error.js';
import type { SmsMessage } from '../sms-sender.js';

/** Shapes and meanings of the Sinch SMS API, `/xms/v1/{plan or project}/batches`. */

export const SINCH_SMS = 'sinch-sms';

/** Everything but the id is ignored, since the API says its objects may grow. */
const batchResponse = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/) });
const errorResponse = z.object({ code: z.string().regex(/^[a-z_]{1,60}$/), text: z.string() });
type SmsError = z.infer<typeof errorResponse>;

/** The body of a send. It expires together with the code in it: a later message would only mislead. */
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
 * `${name}` in a text is live: Sinch fills it in from `parameters`, and aborts a message where there is nothing to fill
 * in. There is no way to write it literally, so such a text is not sent: it is our own set-up that is wrong.
 */
export function hasPlaceholder(text: string): boolean {
  return text.includes('${');
}

/** The id of an accepted message. @throws ProviderError `bad-response` when the answer is not what the API documents. */
export function parseBatchId(answer: HttpResponse): string {
  const parsed = batchResponse.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data.id;
  throw new ProviderError(SINCH_SMS, 'bad-response', { httpStatus: answer.status });
}

/** Whether the only thing wrong was the age of the access token. */
export function isTokenExpired(answer: HttpResponse): boolean {
  return answer.status === 401 && (answer.headers['www-authenticate'] ?? '').includes('expired');
}

/** Turns every answer other than 201 into the one error type. */
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
  // A gateway gave up waiting for somebody who has the request.
  if (status === 504) return 'timeout-unknown';
  return status >= 500 ? 'unreachable' : 'bad-response';
}

// A sender that is not ours to use, a blocked account, no callback address, a body that the plan does not take: the
// same for every number until an operator changes something.
const MISCONFIGURED: ProviderErrorKind = 'bad-credentials';

/** Only the text says which field was refused: `The format of parameter 'to[0]' is invalid; …`. */
function isAboutRecipient({ code, text }: SmsError): boolean {
  return code.startsWith('syntax_') && /'to(\[[0-9]+\])?'/.test(text);
}

function parseError(answer: HttpResponse): SmsError | undefined {
  const parsed = errorResponse.safeParse(parseJson(answer.text));
  return parsed.success ? parsed.data : undefined;
}
