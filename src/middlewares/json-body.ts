import express, { type RequestHandler } from 'express';
import { AppError } from '../errors/app-error.js';

const LARGEST_BODY = '8kb';
const parse = express.json({ limit: LARGEST_BODY, type: () => true });

/**
 * Reads a JSON object in UTF-8 of at most 8 KB (after decompression) into `req.body`.
 * Express would leave a body of another type unread and `req.body` undefined; here that is a 415.
 */
export const jsonBody: RequestHandler = (req, res, next) => {
  const [type = '', ...parameters] = (req.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((p) => p.trim()).find((p) => p.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  if (type.trim() !== 'application/json' || !isUtf8) {
    next(new AppError('unsupported_media_type'));
    return;
  }
  parse(req, res, next);
};
