import express from 'express';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppError } from '../../../src/errors/app-error.js';
import { admission } from '../../../src/middlewares/admission.js';

describe('admission', () => {
  const held: ServerResponse[] = [];
  let server: Server;
  let url: string;
  beforeEach(async () => {
    const app = express();
    app.use(admission(2, ['/livez']));
    app.get('/livez', (_req, res) => void res.send('alive'));
    app.get('/held', (_req, res) => void held.push(res));
    app.use(((error: AppError, _req, res, _next) => {
      res.status(503).json({ code: error.code, ...error.extras });
    }) as express.ErrorRequestHandler);
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const res of held.splice(0)) res.end();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const ask = async (path: string) => {
    const response = await fetch(url + path);
    return [response.status, await response.text()] as const;
  };
  const areHeld = async (count: number) => {
    for (let i = 0; i < 200 && held.length < count; i += 1) await sleep(5);
    expect(held).toHaveLength(count);
  };

  test('lets so many in at once, and refuses one that waits for a second', async () => {
    const two = [ask('/held'), ask('/held')];
    await areHeld(2);
    const startedAt = performance.now();
    const third = ask('/held');
    for (const path of ['/livez', '/livez/']) expect(await ask(path)).toEqual([200, 'alive']);
    const [status, text] = await third;
    expect([status, JSON.parse(text)]).toEqual([
      503,
      { code: 'service_unavailable', retryAfter: 1 },
    ]);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    expect(held).toHaveLength(2);
    for (const res of held.splice(0)) res.end('done');
    expect(await Promise.all(two)).toEqual([
      [200, 'done'],
      [200, 'done'],
    ]);
  });

  test('lets one in that waits, as soon as another has its answer or has gone', async () => {
    const gone = new AbortController();
    const lost = fetch(`${url}/held`, { signal: gone.signal }).catch(() => 'gone');
    const first = ask('/held');
    await areHeld(2);
    const waiting = [ask('/held'), ask('/held')];
    await sleep(50);
    expect(held).toHaveLength(2);
    gone.abort();
    await lost;
    await areHeld(3);
    held[0]!.end('done');
    held[1]!.end('done');
    await first;
    await areHeld(4);
    for (const res of held) res.end('done');
    expect(await Promise.all(waiting)).toEqual([
      [200, 'done'],
      [200, 'done'],
    ]);
  });
});
