import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebhookClient } from '../../../src/clients/webhook-client.js';

let server: Server;
let requests = 0;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  server = createServer((_req, res) => {
    requests += 1;
    res.end('inside');
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
});
afterAll(async () => {
  for (const close of closers) await close();
  server.close();
});

function client(allowPrivate: boolean, timeoutMs = 2000): WebhookClient {
  const made = new WebhookClient({ allowPrivate, timeoutMs });
  closers.push(() => made.close());
  return made;
}

const request = (url: string) => ({
  url,
  headers: {},
  body: '{}',
  signal: new AbortController().signal,
});
const port = () => (server.address() as AddressInfo).port;

test.each([
  ['loopback', '127.0.0.1'],
  ['a name of loopback', 'localhost'],
  ['IPv6 loopback', '[::1]'],
  ['an IPv4-mapped address', '[::ffff:127.0.0.1]'],
  ['NAT64', '[64:ff9b::7f00:1]'],
  ['a decimal address', '2130706433'],
  ['an octal address', '0177.0.0.1'],
  ['a hexadecimal address', '0x7f.1'],
  ['a short address', '127.1'],
  ['this host', '0.0.0.0'],
  ['a metadata service', '169.254.169.254'],
])('nothing reaches inside through %s', async (_what, host) => {
  const before = requests;
  await expect(client(false).post(request(`https://${host}:${port()}/`))).rejects.toMatchObject({
    fault: 'address_refused',
  });
  expect(requests).toBe(before);
});

test('http is refused unless private networks are allowed', async () => {
  const url = `http://127.0.0.1:${port()}/`;
  await expect(client(false).post(request(url))).rejects.toMatchObject({
    fault: 'address_refused',
  });
  expect(await client(true).post(request(url))).toMatchObject({ status: 200, text: 'inside' });
  const byName = await client(true).post(request(`http://localhost:${port()}/`));
  expect(byName.status).toBe(200);
});

test('link-local addresses are refused even if private networks are allowed', async () => {
  const metadata = request('http://169.254.169.254/latest/meta-data');
  await expect(client(true).post(metadata)).rejects.toMatchObject({ fault: 'address_refused' });
});

test('no proxy of the environment is used', async () => {
  const before = process.env['http_proxy'];
  process.env['http_proxy'] = 'http://127.0.0.1:9';
  try {
    const answer = await client(true).post(request(`http://127.0.0.1:${port()}/`));
    expect(answer.status).toBe(200);
  } finally {
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
  }
});

test('a receiver that does not answer ends at the deadline, and one that is away at once', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  await expect(client(true, 100).post(request(url))).rejects.toMatchObject({ fault: 'timeout' });
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
  await expect(client(true).post(request(url))).rejects.toMatchObject({
    fault: 'connection_failed',
  });
});

test('an answer without an end is cut, and its connection is closed', async () => {
  const chunk = 'x'.repeat(16_384);
  const endless = createServer((_req, res) => {
    const write = () => {
      while (!res.destroyed && res.write(chunk));
    };
    res.on('drain', write);
    write();
  });
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/`;
  const [[, response], answer] = await Promise.all([
    once(endless, 'request') as Promise<[unknown, ServerResponse]>,
    client(true, 10_000).post(request(url)),
  ]);
  expect(answer.text).toBe('x'.repeat(1024));
  const closed = response.destroyed || once(response, 'close').then(() => true);
  expect(await Promise.race([closed, sleep(3000, 'still read', { ref: false })])).toBe(true);
  endless.closeAllConnections();
  await new Promise((resolve) => endless.close(resolve));
});
