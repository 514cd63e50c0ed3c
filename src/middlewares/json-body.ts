import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler } from 'express';
import { AppError, UNREADABLE_BODY } from '../errors/app-error.js';

const MAX_BODY_BYTES = 8192;

/**
 * Parses a UTF-8 JSON body of at most 8 KB (after decompression) into `req.body`. Any other type is a 415.
 */
export const jsonBody = requireJson(
  MAX_BODY_BYTES,
  express.json({
    limit: MAX_BODY_BYTES,
    type: () => true,
    verify: (_req, _res, body) => {
      // The parser would replace invalid bytes by U+FFFD.
      if (isUtf8(body)) return;
      throw new AppError('invalid_request', { extras: { errors: [UNREADABLE_BODY] } });
    },
  }),
);

/** Like `jsonBody`, but a request without content has an empty object as its body. */
export const optionalJsonBody: RequestHandler = (req, res, next) => {
  const hasLength = Number(req.get('content-length') ?? 0) > 0;
  if (hasLength || req.get('transfer-encoding') !== undefined) {
    jsonBody(req, res, next);
    return;
  }
  req.body = {};
  next();
};

/** Runs a parser only for JSON in UTF-8 whose `Content-Length` is at most `maxBytes`. */
export function requireJson(maxBytes: number, parse: RequestHandler): RequestHandler {
  return (req, res, next) => {
    if (!isJsonInUtf8(req)) {
      next(new AppError('unsupported_media_type'));
      return;
    }
    // The parser would read the whole body before it refuses.
    if (Number(req.get('content-length') ?? 0) > maxBytes) {
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
