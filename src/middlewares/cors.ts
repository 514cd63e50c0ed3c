import cors from 'cors';
import type { RequestHandler } from 'express';
import { KEY_HEADER } from '../domain/api-key.js';

/**
 * Allows the listed origins, and those of applications with publishable keys, without cookies. Other origins
 * get no CORS headers.
 */
export function crossOrigin(
  origins: readonly string[],
  isOfApplication: (origin: string) => Promise<boolean>,
): RequestHandler {
  const allow = cors({
    origin: true,
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      KEY_HEADER,
      'X-Request-Id',
    ],
    // Clients compute deadlines with the clock of the service, so they need Date.
    exposedHeaders: ['Date', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Request-Id'],
    maxAge: 600,
  });
  return async (req, res, next) => {
    const { origin } = req.headers;
    if (origin === undefined) {
      if (origins.length > 0) res.vary('Origin');
      next();
      return;
    }
    res.vary('Origin');
    if (origins.includes(origin) || (await isOfApplication(origin))) allow(req, res, next);
    else next();
  };
}
