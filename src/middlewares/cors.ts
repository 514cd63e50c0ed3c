import cors from 'cors';
import type { RequestHandler } from 'express';

/**
 * Only the listed origins, never with cookies; without a list no CORS header at all.
 * @param accessTokens whether pages have some to send
 */
export function crossOrigin(origins: readonly string[], accessTokens: boolean): RequestHandler[] {
  if (origins.length === 0) return [];
  return [
    cors({
      origin: [...origins],
      methods: ['GET', 'POST', 'DELETE'],
      allowedHeaders: [
        ...(accessTokens ? ['Authorization'] : []),
        ...['Content-Type', 'Idempotency-Key', 'X-Request-Id'],
      ],
      // Date: deadlines are counted by the clock of the service.
      exposedHeaders: ['Date', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Request-Id'],
      maxAge: 600,
    }),
  ];
}
