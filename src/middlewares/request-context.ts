import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { runInRequestScope } from '../observability/request-scope.js';
import { clientIp } from './client-ip.js';

const SANE_ID = /^[A-Za-z0-9._-]{8,64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
// The id goes into every log line, and some callers name a request after the number it is about.
const LIKE_A_NUMBER = /^([._-]*[0-9]){7,15}[._-]*$|(?<![A-Za-z0-9])[0-9]{9,15}(?![A-Za-z0-9])/;

/**
 * Gives every request an id (the caller's `X-Request-Id` when it is sane) and one log line when it ends. Whatever is
 * logged in between names the request and the client's address.
 */
export function requestContext(logger: Logger, { inFlight }: Metrics): RequestHandler {
  return (req, res, next) => {
    const given = req.get('x-request-id');
    const requestId = given !== undefined && isSane(given) ? given : randomUUID();
    const ip = clientIp(req);
    const startedAt = performance.now();
    inFlight.inc();
    res.locals['requestId'] = requestId;
    res.set('X-Request-Id', requestId);
    res.once('close', () => {
      inFlight.dec();
      logger.info(res.writableFinished ? 'http.request' : 'http.aborted', {
        requestId,
        method: req.method,
        route: String(res.locals['route'] ?? 'none'),
        status: res.statusCode,
        durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
        ip,
      });
    });
    runInRequestScope({ requestId, ip }, next);
  };
}

function isSane(id: string): boolean {
  return SANE_ID.test(id) && (UUID.test(id) || !LIKE_A_NUMBER.test(id));
}

export function requestIdOf(res: Response): string {
  return String(res.locals['requestId']);
}
