import { createHmac } from 'node:crypto';
import {
  basicAuthorization,
  constantTimeEquals,
  verifySinchSignature,
  type SinchApplication,
} from './sinch-signing.js';

/** A callback as it arrived. */
export interface ReceivedCallback {
  body: Buffer;
  /** The value of a header by its name in lower case; undefined when it is not there. */
  header: (name: string) => string | undefined;
}

/** How Sinch Verification shows that a callback is its own. */
export interface SinchCallbackAccount extends SinchApplication {
  /** `basic`: Basic credentials are taken besides signatures. */
  auth: 'application' | 'basic';
  /** The path that Sinch calls, as the public sees it. */
  path: string;
}

/** How far the time of a signature may be from ours, either way. */
const WINDOW_MS = 300_000;

/** `genuine`, or what is wrong (Sinch Verification API, "Callback request signing"). */
export function judgeSinchCallback(
  { body, header }: ReceivedCallback,
  { auth, path, ...application }: SinchCallbackAccount,
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
  const signed = { method: 'POST', path, body, contentType, timestamp };
  if (!verifySinchSignature({ ...application, ...signed, authorization })) return 'signature';
  const distance = Math.abs(now.getTime() - Date.parse(timestamp));
  // Not `distance > WINDOW_MS`: no number is further away than a time that is none.
  return distance <= WINDOW_MS ? 'genuine' : 'timestamp';
}

/**
 * Whether a delivery report carries the signature of Sinch's other APIs: HMAC-SHA256 with the secret's characters, over
 * body, nonce and time. Its time is not judged: a report is repeated for days, and its repetition changes nothing.
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
