import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { AppError } from '../errors/app-error.js';
import type { Metrics } from '../observability/metrics.js';

/**
 * The metrics for whoever has the token. For everybody else, and for everybody when there is no token, nothing is
 * at this address: a refusal would tell that there is something.
 */
export function metricsEndpoint(metrics: Metrics, token: string): RequestHandler {
  const expected = digest(`Bearer ${token}`);
  return async (req, res) => {
    // Digests have one length whatever was sent, as the comparison in constant time requires.
    if (!timingSafeEqual(digest(req.get('authorization') ?? ''), expected)) {
      throw new AppError('not_found');
    }
    res.locals['route'] = '/metrics';
    res.set('Content-Type', metrics.contentType).send(await metrics.text());
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
