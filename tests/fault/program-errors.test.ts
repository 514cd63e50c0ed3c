import express, { type RequestHandler } from 'express';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { listen } from '../../src/http/server.js';
import { admission } from '../../src/middlewares/admission.js';
import { errorHandler } from '../../src/middlewares/error-handler.js';
import { createLogger } from '../../src/observability/logger.js';
import { mountRoutes } from '../../src/routes/mount.js';
import type { Route } from '../../src/routes/route.js';
import { LogCapture, noteSecret } from '../support/evidence.js';
import { freshNumber } from '../support/service.js';
import { Client } from './support/client.js';
import { ProcessHarness } from './support/process-harness.js';

const BUG = 'a bug with +14155550123 in it';

describe('a failing handler', () => {
  const log = new LogCapture();
  const handlers: Record<string, Route['handle']> = {
    '/throws': () => {
      throw new Error(BUG);
    },
    '/rejects': () => Promise.reject(new Error(BUG)),
    '/throws-text': () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as careless code does
      throw 'no error at all';
    },
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as careless code does
    '/rejects-nothing': () => Promise.reject(undefined),
    '/breaks-off': (_req, res) => {
      res.write('{"half":');
      throw new Error(BUG);
    },
  };
  let client: Client;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const routes = Object.entries(handlers).map(([path, handle]): Route => ({
      method: 'get',
      path,
      callers: 'anyone',
      operationId: 'failOnPurpose',
      tag: 'Tests',
      summary: path,
      response: z.object({}),
      responseDescription: 'None.',
      errors: [],
      handle,
    }));
    const logger = createLogger({ level: 'info', stream: log });
    const app = express();
    app.use((_req, res, next) => {
      res.locals['requestId'] = randomUUID();
      next();
    });
    const pass: RequestHandler = (_req, _res, next) => next();
    mountRoutes(app, routes, {
      callers: { admit: () => pass, permit: () => pass },
      admission: admission(2, []),
      idempotency: { send: pass, check: pass },
    });
    app.use((_req, res) => void res.status(404).end());
    app.use(errorHandler(logger));
    const server = await listen(app, '127.0.0.1', 0);
    client = new Client(`http://127.0.0.1:${server.port}`);
    close = () => server.close();
  });
  afterAll(async () => {
    client.close();
    await close();
  });

  test.each([['/throws'], ['/rejects'], ['/throws-text'], ['/rejects-nothing']])(
    '%s: returns a bare 500 and logs no phone number',
    async (path) => {
      const answer = await client.get(path);
      expect(answer.status).toBe(500);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ status: 500, code: 'internal_error' });
      expect(answer.text).not.toMatch(/bug|no error|at .*\.ts/);
      const line = log.events('http.error').at(-1)!;
      expect(line).toMatchObject({ level: 'error', errorCode: 'internal_error' });
      expect(line['requestId']).toBe(answer.body['requestId']);
      expect(JSON.stringify(line)).not.toContain('5550123');
    },
  );

  test('/breaks-off: the connection closes, so that clients detect the truncated response', async () => {
    expect(await client.attempt('GET', '/breaks-off')).toMatchObject({ error: expect.any(String) });
    expect((await client.get('/throws')).status).toBe(500);
  });
});

describe('an uncaught error', () => {
  const onSignal = (act: string) => `process.on('SIGUSR2', () => { ${act} });`;

  test.each([
    ['thrown in a timer', onSignal(`setTimeout(() => { throw new Error('planted') })`)],
    ['thrown by a listener', onSignal(`throw new Error('planted')`)],
    ['as an unhandled rejection', onSignal(`Promise.reject(new Error('planted'))`)],
  ])(
    '%s: is logged, requests in flight finish, and the process exits with 1',
    async (_what, preload) => {
      const harness = await ProcessHarness.start(0);
      try {
        const service = await harness.add({}, preload);
        harness.sinch.misbehave('POST', (_req, res) => {
          setTimeout(() => {
            res.writeHead(200, { 'Content-Type': 'application/json' });
            res.end('{"id":"slow","method":"sms"}');
          }, 700);
        });
        const phoneNumber = freshNumber();
        noteSecret(phoneNumber);
        const asked = harness.client.post('/request-otp', { phoneNumber });
        while (harness.sinch.calls.length === 0) await sleep(10);
        service.signal('SIGUSR2');
        expect((await asked).status).toBe(200);
        expect(await service.ended).toMatchObject({ code: 1, signal: null });
        expect(service.log.events('process.uncaught')).toEqual([
          expect.objectContaining({ level: 'error', errorMessage: 'planted' }),
        ]);
      } finally {
        await harness.stop();
      }
    },
  );
});
