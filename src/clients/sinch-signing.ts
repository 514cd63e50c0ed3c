import { createHmac, createSecretKey, hash, timingSafeEqual, type KeyObject } from 'node:crypto';

/** The parts of an HTTP request that a Sinch signature covers. */
export interface SignedParts {
  /** HTTP method; upper-cased before signing. */
  method: string;
  /** Path only: no scheme, host, port or query. */
  path: string;
  /** Exactly the bytes (or the UTF-8 text) on the wire; empty when there is no body. */
  body: Buffer | string;
  /** Exactly the `Content-Type` header on the wire, empty when there is none. */
  contentType: string;
  /** Exactly the `x-timestamp` header: ISO 8601, UTC, with `Z`. */
  timestamp: string;
}

/** An application's key (UUID) and secret (base64 text of the key bytes, as displayed by Sinch). */
export interface SinchApplication {
  applicationKey: string;
  applicationSecret: string;
}

/** Headers to spread into a signed request. */
export interface SinchSignatureHeaders {
  authorization: string;
  'x-timestamp': string;
}

/** Base64 of the 16 MD5 bytes of a body; empty for an empty body (Sinch Verification API, Application signing). */
export function contentMd5(body: Buffer | string): string {
  return body.length === 0 ? '' : hash('md5', body, 'base64');
}

/** The five lines that are signed (Sinch Verification API, Application signing, "StringToSign"). */
export function stringToSign(parts: SignedParts): string {
  return [
    parts.method.toUpperCase(),
    contentMd5(parts.body),
    parts.contentType,
    `x-timestamp:${parts.timestamp}`,
    parts.path,
  ].join('\n');
}

/** Signs a request: `Authorization: Application <key>:<signature>` and the `x-timestamp` it covers. */
export function signSinchRequest(request: SignedParts & SinchApplication): SinchSignatureHeaders {
  return {
    authorization: `Application ${request.applicationKey}:${signature(request)}`,
    'x-timestamp': request.timestamp,
  };
}

/** `Authorization: Basic …` of key and secret; the secret goes in as displayed, not decoded. */
export function basicAuthorization(applicationKey: string, applicationSecret: string): string {
  return `Basic ${Buffer.from(`${applicationKey}:${applicationSecret}`).toString('base64')}`;
}

/**
 * True when `authorization` carries the signature that this application would make over the request.
 * The scheme is compared without case (Sinch sends callbacks with lower-case `application`), the key and the
 * signature in constant time. Anything malformed is false; nothing throws.
 */
export function verifySinchSignature(
  request: SignedParts & SinchApplication & { authorization: string | undefined },
): boolean {
  const match = /^application +([^:\s]+):(\S+)$/i.exec(request.authorization ?? '');
  // Anybody can compute the signature of an application whose secret holds no bytes.
  if (!match || bytesOf(request).length === 0) return false;
  const [, key = '', given = ''] = match;
  const keyMatches = constantTimeEquals(key, request.applicationKey);
  return constantTimeEquals(given, signature(request)) && keyMatches;
}

function signature(request: SignedParts & SinchApplication): string {
  return createHmac('sha256', keyOf(request))
    .update(stringToSign(request), 'utf8')
    .digest('base64');
}

/** Of the few applications of this process. Made once: on a newer Node a key costs ten times what signing with it costs. */
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

/** In constant time. Compares digests, because `timingSafeEqual` throws on unequal lengths and a length check would tell them apart. */
export function constantTimeEquals(left: string, right: string): boolean {
  return timingSafeEqual(sha256(left), sha256(right));
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
