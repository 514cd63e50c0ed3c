import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { requestContext } from '../../../src/middlewares/request-context.js';
import type { LogFields } from '../../../src/observability/log-fields.js';
import type { Logger } from '../../../src/observability/logger.js';
import type { Metrics } from '../../../src/observability/metrics.js';

/** The fields of the line of a request. */
function logged(path: string, route?: string): LogFields | undefined {
  let fields: LogFields | undefined;
  const logger = { info: (_: string, given: LogFields) => (fields = given) } as unknown as Logger;
  const inFlight = { inc: () => undefined, dec: () => undefined };
  const res = Object.assign(new EventEmitter(), { locals: { route }, set: () => undefined });
  const req = { path, get: () => undefined, socket: {} } as unknown as Request;
  const middleware = requestContext(logger, { inFlight } as unknown as Metrics);
  void middleware(req, res as unknown as Response, () => undefined);
  res.emit('close');
  return fields;
}

describe('the path of a request without a route', () => {
  test.each([
    ['/api/otp', '/api/otp'],
    ['/users/+14155552671', '/users/+***********'],
    ['//callbacks/infobip/abcdefghijklmnopqrstuvwxyz-ABCDEF', '//callbacks/infobip/…'],
    ['/proofs/eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIrMTQxNTU1NTI2NzEifQ.bm90', '/proofs/…'],
    ['/verifications/06fjqk5m8bq3w2v1zt9h4n7x6cprd0ysa8k2e/show', '/verifications/…/show'],
  ])('%s is logged as %s', (path, shown) => {
    expect(logged(path)?.path).toBe(shown);
  });

  test('is not logged with a route', () => {
    expect(logged('/verifications/1', '/verifications/:id')).not.toHaveProperty('path');
  });
});
