import express, { type Request, type Response } from 'express';
import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestContext } from '../../../src/middlewares/request-context.js';
import type { LogFields } from '../../../src/observability/log-fields.js';
import { createLogger, type Logger } from '../../../src/observability/logger.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { LogCapture } from '../../support/evidence.js';

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

describe('the log line of a request', () => {
  const log = new LogCapture();
  const metrics = new Metrics(false);
  let server: Server;
  let url: string;
  beforeAll(async () => {
    const app = express();
    app.use(requestContext(createLogger({ level: 'info', stream: log }), metrics));
    app.get('/whole', (_req, res) => void res.send('all'));
    app.get('/half', (_req, res) => void res.write('begun'));
    server = createServer(app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const inFlight = async () => (await metrics.inFlight.get()).values[0]?.value;

  test('says whether the client has received the whole response', async () => {
    await (await fetch(`${url}/whole`)).text();
    const leaving = new AbortController();
    await fetch(`${url}/half`, { signal: leaving.signal });
    expect(await inFlight()).toBe(1);
    leaving.abort();
    for (let i = 0; i < 200 && log.lines.length < 2; i += 1) await sleep(5);
    const lines = log.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ message, status }) => [message, status])).toEqual([
      ['http.request', 200],
      ['http.aborted', 200],
    ]);
    expect(await inFlight()).toBe(0);
  });
});
