import express from 'express';
import { requireJson } from './json-body.js';

const MAX_CALLBACK_BYTES = 64 * 1024;

/**
 * Reads the bytes of a JSON body, 64 KB at most, into `req.body` as a Buffer: signatures cover bytes, and what is read and
 * written again is no longer what was signed. Nothing packed: it is not said which of the two forms would be signed.
 */
export const rawBody = requireJson(
  MAX_CALLBACK_BYTES,
  express.raw({ limit: MAX_CALLBACK_BYTES, type: () => true, inflate: false }),
);
