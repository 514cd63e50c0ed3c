import { jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Axios } from 'axios';
import type { Dispatcher } from 'undici';
import { Exchange } from '../../../src/clients/exchange.js';
import { HttpClient } from '../../../src/clients/http-client.js';

/** Accepts connections and never responds: a TLS handshake never completes. */
describe('a server that never responds', () => {
  let server: Server;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const sendTo = async (scheme: string) => {
    const { port } = server.address() as AddressInfo;
    const baseUrl = `${scheme}://127.0.0.1:${port}`;
    const client = new HttpClient({ provider: 'silent', baseUrl, timeoutMs: 1000 });
    const startedAt = performance.now();
    const error: unknown = await client
      .send({ method: 'POST', path: '/', body: '{}' })
      .catch((failure: unknown) => failure);
    client.close();
    return { error, tookMs: performance.now() - startedAt };
  };

  test('is unreachable without a TLS connection, early enough to try another provider', async () => {
    const { error, tookMs } = await sendTo('https');
    expect(error).toMatchObject({ kind: 'unreachable', didNothing: true });
    expect(tookMs).toBeGreaterThan(390);
    expect(tookMs).toBeLessThan(800);
  });

  test('has an unknown outcome once a connection is ready', async () => {
    const { error, tookMs } = await sendTo('http');
    expect(error).toMatchObject({ kind: 'timeout-unknown', didNothing: false });
    expect(tookMs).toBeGreaterThan(980);
  });
});

test('the wait for a connection counts to the time limit of a call', async () => {
  jest.useFakeTimers();
  try {
    const limits = { timeoutMs: 1000, connectTimeoutMs: 400, maxResponseBytes: 1 };
    const exchange = new Exchange({ headers: {}, ...limits });
    let error: unknown;
    exchange.response.catch((failure: unknown) => (error = failure));
    await jest.advanceTimersByTimeAsync(399);
    const controller = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
    exchange.onRequestStart(controller);
    await jest.advanceTimersByTimeAsync(600);
    expect(error).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    expect(error).toEqual(new Error('response timeout'));
  } finally {
    jest.useRealTimers();
  }
});

test('a request is sent once, whatever the connection pool tries', () => {
  const limits = { timeoutMs: 1000, connectTimeoutMs: 400, maxResponseBytes: 1 };
  const exchange = new Exchange({ headers: {}, ...limits });
  const aborts: unknown[] = [];
  const controller = {
    abort: (reason: unknown) => aborts.push(reason),
  } as unknown as Dispatcher.DispatchController;
  exchange.onRequestStart(controller);
  exchange.onRequestStart(controller);
  exchange.onResponseError(controller, new Error('aborted'));
  expect(aborts).toEqual([new Error('requests are not repeated')]);
});

describe('concurrent calls', () => {
  const echo = createHttpServer((req, res) => {
    void req.toArray().then((chunks) => {
      const body = Buffer.concat(chunks as Buffer[]).toString();
      res.end(`${req.method} ${req.url} ${String(req.headers['x-call'])} ${body}`);
    });
  });
  let client: HttpClient;
  beforeAll(async () => {
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const { port } = echo.address() as AddressInfo;
    client = new HttpClient({
      provider: 'echo',
      baseUrl: `http://127.0.0.1:${port}/v1`,
      timeoutMs: 5000,
    });
  });
  afterAll(async () => {
    client.close();
    echo.close();
    await once(echo, 'close');
  });

  test('share one adapter, made at construction, and get their own responses', async () => {
    const { interceptors, defaults } = Reflect.get(client, 'axios') as Axios;
    const adapters = new Set<unknown>();
    interceptors.request.use((config) => {
      adapters.add(config.adapter);
      return config;
    });
    const responses = await Promise.all(
      ['1', '2', '3'].map((call) =>
        client.send({
          method: 'POST',
          path: `/echo/${call}?q=${call}`,
          headers: { 'x-call': call },
          body: `body ${call}`,
        }),
      ),
    );
    expect(responses.map(({ text }) => text)).toEqual([
      'POST /v1/echo/1?q=1 1 body 1',
      'POST /v1/echo/2?q=2 2 body 2',
      'POST /v1/echo/3?q=3 3 body 3',
    ]);
    expect([...adapters]).toEqual([defaults.adapter]);
    expect(defaults.adapter).toBeInstanceOf(Function);
  });
});
