import { createHmac, createSecretKey, hash, timingSafeEqual, type KeyObject } from 'node:crypto';

export interface SignedParts {
  method: string;
  /** Path only: no scheme, host, port or query. */
  path: string;
  /** The exact bytes (or UTF-8 text) on the wire; empty without a body. */
  body: Buffer | string;
  /** The exact `Content-Type` header on the wire; empty without one. */
  contentType: string;
  /** The exact `x-timestamp` header: ISO 8601, UTC, with `Z`. */
  timestamp: string;
}

/** Application key (UUID) and secret (base64 of the key bytes, as Sinch displays it). */
export interface SinchApplication {
  applicationKey: string;
  applicationSecret: string;
}

export interface SinchSignatureHeaders {
  authorization: string;
  'x-timestamp': string;
}

/** Base64 of the body's MD5; empty for an empty body (Sinch Verification API, Application signing). */
export function contentMd5(body: Buffer | string): string {
  return body.length === 0 ? '' : hash('md5', body, 'base64');
}

/** The text that is signed (Sinch Verification API, Application signing, "StringToSign"). */
export function stringToSign(parts: SignedParts): string {
  return [
    parts.method.toUpperCase(),
    contentMd5(parts.body),
    parts.contentType,
    `x-timestamp:${parts.timestamp}`,
    parts.path,
  ].join('\n');
}

/** Signs a request: `Authorization: Application <key>:<signature>`, and the `x-timestamp` it covers. */
export function signSinchRequest(request: SignedParts & SinchApplication): SinchSignatureHeaders {
  return {
    authorization: `Application ${request.applicationKey}:${signature(request)}`,
    'x-timestamp': request.timestamp,
  };
}

/** Value of `Authorization: Basic …`; the secret is used as displayed, not decoded. */
export function basicAuthorization(applicationKey: string, applicationSecret: string): string {
  return `Basic ${Buffer.from(`${applicationKey}:${applicationSecret}`).toString('base64')}`;
}

/**
 * Whether `authorization` has the application's signature of the request. Malformed input is false; never
 * throws. The scheme is case-insensitive, because Sinch sends callbacks with lower-case `application`.
 */
export function verifySinchSignature(
  request: SignedParts & SinchApplication & { authorization: string | undefined },
): boolean {
  const match = /^application +([^:\s]+):(\S+)$/i.exec(request.authorization ?? '');
  // With an empty secret, anyone could compute the signature.
  if (!match || bytesOf(request).length === 0) return false;
  const [, key = '', received = ''] = match;
  const keyMatches = constantTimeEquals(key, request.applicationKey);
  return constantTimeEquals(received, signature(request)) && keyMatches;
}

function signature(request: SignedParts & SinchApplication): string {
  return createHmac('sha256', keyOf(request))
    .update(stringToSign(request), 'utf8')
    .digest('base64');
}

/**
 * Cached by secret: creating a KeyObject costs ten times as much as signing with it on newer Node versions.
 */
const keys = new Map<string, KeyObject>();

function keyOf(application: SinchApplication): KeyObject {
  let key = keys.get(application.applicationSecret);
  if (key === undefined) {
    key = createSecretKey(bytesOf(application));
    keys.set(application.applicationSecret, key);
  }
  return key;
}

function bytesOf({ applicationSecret }: SinchApplication): Buffer {
  return Buffer.from(applicationSecret, 'base64');
}

/** Compares in constant time. Digests have equal lengths, so the comparison does not leak the length. */
export function constantTimeEquals(left: string, right: string): boolean {
  return timingSafeEqual(sha256(left), sha256(right));
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
