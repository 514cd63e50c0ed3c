import express from 'express';
import { parseLimits } from '../../../src/domain/limit.js';
import { listen, type ListeningServer } from '../../../src/http/server.js';
import { errorHandler } from '../../../src/middlewares/error-handler.js';
import { ipLimit } from '../../../src/middlewares/ip-limit.js';
import { createLogger } from '../../../src/observability/logger.js';
import { LogCapture } from '../../support/evidence.js';

describe('the limits of an address', () => {
  let server: ListeningServer;
  beforeAll(async () => {
    const app = express();
    app.get('/', ...ipLimit('send-per-ip', parseLimits('2/1m,3/1h') ?? []));
    app.get('/', (_req, res) => void res.status(204).end());
    app.use(errorHandler(createLogger({ level: 'error', stream: new LogCapture() })));
    server = await listen(app, '127.0.0.1', 0);
  });
  afterAll(() => server.close());

  // A client that waits until the named second finds room: a part of a second counts as a whole one.
  test('name the second in which each window ends, and what is left until then', async () => {
    const ask = () => fetch(`http://127.0.0.1:${server.port}/`);
    const { headers } = await ask();
    expect(headers.get('ratelimit')).toBe('"send-per-ip"; r=1; t=60, "send-per-ip"; r=2; t=3600');
    expect(headers.get('ratelimit-policy')).toBe(
      '"send-per-ip"; q=2; w=60, "send-per-ip"; q=3; w=3600',
    );
    await ask();
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect(refused.headers.get('ratelimit')).toBe('"send-per-ip"; r=0; t=60');
  });
});
