import express from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failedAttemptLimit } from '../../../src/middlewares/failed-attempt-limit.js';

test.each([
  [200, 1],
  [400, 1],
  [401, 0],
  [429, 0],
])('a response of %d gives the attempt back %d times, before it is sent', async (status, times) => {
  let givenBack = 0;
  const app = express();
  const counter = {
    take: () => Promise.resolve('taken'),
    giveBack: () => {
      givenBack += 1;
      // An error that is not caught would end the process.
      return Promise.reject(new Error('the database is down'));
    },
  };
  app.get('/', failedAttemptLimit(counter), (_req, res) => void res.status(status).send('done'));
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect([response.status, await response.text(), givenBack]).toEqual([status, 'done', times]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
