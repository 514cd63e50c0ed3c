import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { parsePhoneNumber } from '../domain/phone-number.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { runInRequestScope } from '../observability/request-scope.js';
import { clientIp } from './client-ip.js';

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;
// Random ids contain digits in a row by chance: UUID, W3C Trace Context, B3, AWS X-Ray.
const RANDOM_ID =
  /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{16,64}|[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|1-[0-9a-f]{8}-[0-9a-f]{24})$/i;
// Digits alone, a long run of digits, or digits grouped as North American numbers are.
const PHONE_NUMBER_LIKE =
  /^([._-]*[0-9]){7,15}[._-]*$|(?<![A-Za-z0-9])[0-9]{9,15}(?![A-Za-z0-9])|(?<![0-9])[0-9]{3}[._-][0-9]{3}[._-]?[0-9]{4}(?![0-9])/;
const RUNS_OF_DIGITS = [/[0-9]{7,64}/g, /[0-9](?:[._-]*[0-9]){6,16}/g];

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
      const route = res.locals['route'] as string | undefined;
      logger.info(res.writableFinished ? 'http.request' : 'http.aborted', {
        requestId,
        method: req.method,
        route: route ?? 'none',
        ...(route === undefined && { path: masked(req.path) }),
        status: res.statusCode,
        durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
        ip,
      });
    });
    runInRequestScope({ requestId, ip }, next);
  };
}

/** Without what may be a number, a code, a token or a proof in the wrong place. */
function masked(path: string): string {
  return path.replaceAll(/[\w.~-]{24,}/g, '…').replaceAll(/[0-9]/g, '*');
}

function isAcceptable(id: string): boolean {
  return REQUEST_ID.test(id) && (RANDOM_ID.test(id) || !hasPhoneNumber(id));
}

/** Ids are logged, so an id that contains a phone number is replaced. */
function hasPhoneNumber(id: string): boolean {
  if (PHONE_NUMBER_LIKE.test(id)) return true;
  return RUNS_OF_DIGITS.flatMap((run) => id.match(run) ?? []).some((run) => {
    const digits = run.replaceAll(/[^0-9]/g, '').replace(/^0+/, '');
    return parsePhoneNumber(`+${digits}`) !== undefined;
  });
}

export function requestIdOf(res: Response): string {
  return String(res.locals['requestId']);
}
