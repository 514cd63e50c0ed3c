import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { AppError } from '../errors/app-error.js';
import type { Metrics } from '../observability/metrics.js';

/** Serves the metrics to callers with the token. Others get a 404, which does not reveal the endpoint. */
export function metricsEndpoint(metrics: Metrics, token: string): RequestHandler {
  const expected = digest(`Bearer ${token}`);
  return async (req, res) => {
    // Digests have equal lengths, which timingSafeEqual requires.
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
