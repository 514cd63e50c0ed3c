import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler } from 'express';
import { AppError, UNREADABLE_BODY } from '../errors/app-error.js';

const MAX_BODY_BYTES = 8192;

/**
 * Reads a JSON object in UTF-8 of at most 8 KB (after decompression) into `req.body`.
 * Express would leave a body of another type unread and `req.body` undefined; here that is a 415.
 */
export const jsonBody = requireJson(
  MAX_BODY_BYTES,
  express.json({
    limit: MAX_BODY_BYTES,
    type: () => true,
    verify: (_req, _res, body) => {
      // The parser would put U+FFFD in place of broken bytes and go on with a text that nobody wrote.
      if (isUtf8(body)) return;
      throw new AppError('invalid_request', { extras: { errors: [UNREADABLE_BODY] } });
    },
  }),
);

/** The same where nothing has to be said: a request without content is an empty object. */
export const optionalJsonBody: RequestHandler = (req, res, next) => {
  const hasLength = Number(req.get('content-length') ?? 0) > 0;
  if (hasLength || req.get('transfer-encoding') !== undefined) {
    jsonBody(req, res, next);
    return;
  }
  req.body = {};
  next();
};

/** Lets a parser see nothing but what is called JSON and is not announced too large. */
export function requireJson(largestBytes: number, parse: RequestHandler): RequestHandler {
  return (req, res, next) => {
    if (!isJsonInUtf8(req)) {
      next(new AppError('unsupported_media_type'));
      return;
    }
    // The parser answers only once the last byte is there, however many were announced.
    if (Number(req.get('content-length') ?? 0) > largestBytes) {
      next(new AppError('payload_too_large'));
      return;
    }
    parse(req, res, next);
  };
}

function isJsonInUtf8(req: Request): boolean {
  const [type = '', ...parameters] = (req.get('content-type') ?? '').toLowerCase().split(';');
  const charsets = parameters.map((p) => p.trim()).filter((p) => p.startsWith('charset='));
  return (
    type.trim() === 'application/json' &&
    charsets.every((charset) => /^charset="?utf-8"?$/.test(charset))
  );
}
