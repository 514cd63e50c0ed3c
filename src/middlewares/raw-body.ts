import express from 'express';
import { requireJson } from './json-body.js';

const MAX_CALLBACK_BYTES = 64 * 1024;

/**
 * Reads a JSON body of at most 64 KB into `req.body` as a Buffer, because signatures cover bytes. Refuses
 * compressed bodies: the providers do not document which form they sign.
 */
export const rawBody = requireJson(
  MAX_CALLBACK_BYTES,
  express.raw({ limit: MAX_CALLBACK_BYTES, type: () => true, inflate: false }),
);
