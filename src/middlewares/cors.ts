import cors from 'cors';
import type { RequestHandler } from 'express';

const ALLOWED_HEADERS = ['Content-Type', 'Idempotency-Key', 'X-Request-Id'];

/**
 * Allows the listed origins, without cookies. An empty list sends no CORS headers.
 * @param allowAuthorization whether pages may send access tokens
 */
export function crossOrigin(
  origins: readonly string[],
  allowAuthorization: boolean,
): RequestHandler[] {
  if (origins.length === 0) return [];
  return [
    cors({
      origin: [...origins],
      methods: ['GET', 'POST', 'DELETE'],
      allowedHeaders: allowAuthorization ? ['Authorization', ...ALLOWED_HEADERS] : ALLOWED_HEADERS,
      // Clients compute deadlines with the clock of the service, so they need Date.
      exposedHeaders: ['Date', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Request-Id'],
      maxAge: 600,
    }),
  ];
}
