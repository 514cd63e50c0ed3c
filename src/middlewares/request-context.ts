import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { runInRequestScope } from '../observability/request-scope.js';
import { clientIp } from './client-ip.js';

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
// Ids are logged, so an id that contains a phone number is replaced.
const PHONE_NUMBER_LIKE = /^([._-]*[0-9]){7,15}[._-]*$|(?<![A-Za-z0-9])[0-9]{9,15}(?![A-Za-z0-9])/;

/**
 * Assigns a request id (the caller's `X-Request-Id` if it is acceptable) and logs one line when the request
 * ends. All log lines of the request contain its id and the client's address.
 */
export function requestContext(logger: Logger, { inFlight }: Metrics): RequestHandler {
  return (req, res, next) => {
    const header = req.get('x-request-id');
    const requestId = header !== undefined && isAcceptable(header) ? header : randomUUID();
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

function isAcceptable(id: string): boolean {
  return REQUEST_ID.test(id) && (UUID.test(id) || !PHONE_NUMBER_LIKE.test(id));
}

export function requestIdOf(res: Response): string {
  return String(res.locals['requestId']);
}
