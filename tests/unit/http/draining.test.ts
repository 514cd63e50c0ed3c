import { jest } from '@jest/globals';
import express from 'express';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../../src/http/server.js';

/** All but setTimeout. The HTTP server of Node has timers of its own. */
const REAL = ['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'Date'] as const;

test('a response that has begun is finished while the server drains', async () => {
  const app = express();
  let begun: express.Response | undefined;
  app.get('/', (_req, res) => {
    begun = res;
    res.write('begun');
  });
  const server = await listen(app, '127.0.0.1', 0);
  const response = await fetch(`http://127.0.0.1:${server.port}/`);
  const closing = server.close();
  begun?.end(' and finished');
  expect(await response.text()).toBe('begun and finished');
  await closing;
});

test('a response that begins while the server drains closes its connection', async () => {
  const app = express();
  app.get('/', (_req, res) => void res.send('served'));
  const server = await listen(app, '127.0.0.1', 0);
  const connectionOf = async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(await response.text()).toBe('served');
    return response.headers.get('connection');
  };
  try {
    expect(await connectionOf()).toBe('keep-alive');
    server.startDraining();
    expect(await connectionOf()).toBe('close');
  } finally {
    await server.close();
  }
});

test('closing waits 8.5 s for a pending request, then cuts it off', async () => {
  const app = express();
  app.get('/', () => undefined);
  const server = await listen(app, '127.0.0.1', 0);
  const client = connect(server.port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: proofline.test\r\n\r\n');
  client.on('error', () => undefined).resume();
  await once(client, 'connect');
  // The request is read.
  await sleep(50);
  jest.useFakeTimers({ doNotFake: [...REAL] });
  try {
    let isClosed = false;
    const closing = server.close().then(() => (isClosed = true));
    jest.advanceTimersByTime(8_499);
    await sleep(100);
    expect(isClosed).toBe(false);
    jest.advanceTimersByTime(1);
    await Promise.race([closing, sleep(5_000, undefined, { ref: false })]);
    expect(isClosed).toBe(true);
  } finally {
    jest.useRealTimers();
    client.destroy();
  }
});
