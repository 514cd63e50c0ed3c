import { createHmac } from 'node:crypto';
import {
  basicAuthorization,
  constantTimeEquals,
  verifySinchSignature,
  type SinchApplication,
} from './sinch-signing.js';

export interface ReceivedCallback {
  body: Buffer;
  /** Value of a header by its lower-case name. */
  header: (name: string) => string | undefined;
  /** Whether the called path ends with a slash. */
  trailingSlash?: boolean;
}

export interface SinchCallbackAccount extends SinchApplication {
  /** `basic` accepts Basic credentials as well as signatures. */
  auth: 'application' | 'basic';
  /** The public path that Sinch calls. */
  path: string;
}

const MAX_SKEW_MS = 300_000;

/** `genuine`, or the part that is wrong (Sinch Verification API, "Callback request signing"). */
export function judgeSinchCallback(
  { body, header, trailingSlash = false }: ReceivedCallback,
  { auth, path: registered, ...application }: SinchCallbackAccount,
  now: Date = new Date(),
): 'genuine' | 'signature' | 'timestamp' {
  const authorization = header('authorization');
  const { applicationKey, applicationSecret } = application;
  if (
    auth === 'basic' &&
    constantTimeEquals(authorization ?? '', basicAuthorization(applicationKey, applicationSecret))
  ) {
    return 'genuine';
  }
  const timestamp = header('x-timestamp') ?? '';
  const contentType = header('content-type') ?? '';
  const path = trailingSlash ? `${registered}/` : registered;
  const signed = { method: 'POST', path, body, contentType, timestamp };
  if (!verifySinchSignature({ ...application, ...signed, authorization })) return 'signature';
  const skewMs = Math.abs(now.getTime() - Date.parse(timestamp));
  // An unparsable timestamp gives NaN, for which the comparison is false.
  return skewMs <= MAX_SKEW_MS ? 'genuine' : 'timestamp';
}

/**
 * Whether a delivery report has a valid webhook signature of Sinch: HMAC-SHA256 over body, nonce and
 * timestamp. The age is not checked: Sinch repeats reports for days, and processing them is idempotent.
 */
export function isSinchWebhook({ body, header }: ReceivedCallback, secret: string): boolean {
  const part = (name: string) => header(`x-sinch-webhook-signature${name}`) ?? '';
  if (part('-algorithm').toLowerCase() !== 'hmacsha256') return false;
  const expected = createHmac('sha256', secret)
    .update(body)
    .update(`.${part('-nonce')}.${part('-timestamp')}`)
    .digest('base64');
  return constantTimeEquals(part(''), expected);
}
