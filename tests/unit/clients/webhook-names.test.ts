import { pbkdf2 } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { addressesIn } from '../../../src/clients/host-resolver.js';
import { WebhookClient, type WebhookClientOptions } from '../../../src/clients/webhook-client.js';
import { selfSignedCertificate } from '../../fault/support/self-signed-certificate.js';
import { startDnsServer } from '../../support/dns-server.js';

const { key, cert } = selfSignedCertificate('hooks.test');
const answer: RequestListener = (req, res) => {
  requests += 1;
  res.end(req.headers.host);
};
const slowNames = Array.from({ length: 32 }, (_, i) => `slow-${i}.test`);

let requests = 0;
let dns: Awaited<ReturnType<typeof startDnsServer>>;
const servers: Server[] = [createServer(answer), createSecureServer({ key, cert }, answer)];
const clients: WebhookClient[] = [];

beforeAll(async () => {
  dns = await startDnsServer({
    'hooks.test': { a: ['127.0.0.1'] },
    'other.test': { a: ['127.0.0.1'] },
    'six.test': { aaaa: ['::1'] },
    'private.test': { a: ['10.0.0.1'] },
    'mixed.test': { a: ['93.184.216.34', '127.0.0.1'] },
    'alias.test': { cname: 'inside.test', a: ['127.0.0.1'] },
    'mapped.test': { a: ['93.184.216.34'], aaaa: ['::ffff:127.0.0.1'] },
    'metadata.test': { a: ['169.254.169.254'] },
    'empty.test': {},
    ...Object.fromEntries(slowNames.map((name) => [name, { isSilent: true }])),
  });
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, resolve));
});
afterAll(async () => {
  for (const client of clients) await client.close();
  for (const server of servers) server.close();
  await dns.close();
});

function clientWith(options: Partial<WebhookClientOptions> = {}): WebhookClient {
  const client = new WebhookClient({
    allowPrivate: true,
    timeoutMs: 5000,
    dnsServers: [dns.address],
    ...options,
  });
  clients.push(client);
  return client;
}

const requestTo = (url: string) => ({
  url,
  headers: {},
  body: '{}',
  signal: new AbortController().signal,
});
const post = (url: string, options?: Partial<WebhookClientOptions>) =>
  clientWith(options).post(requestTo(url));

const portOf = (server: Server | undefined) => (server?.address() as AddressInfo).port;
const plain = (host: string) => `http://${host}:${portOf(servers[0])}/`;
const secure = (host: string) => `https://${host}:${portOf(servers[1])}/`;

test('a name is asked once, and its address is the one connected to', async () => {
  dns.questions.length = 0;
  expect((await post(plain('hooks.test'))).text).toMatch(/^hooks\.test:/);
  expect(dns.questions).toEqual(['hooks.test', 'hooks.test']);
  expect((await post(plain('HOOKS.test.'))).status).toBe(200);
});

test('requests to one name at once ask for it once', async () => {
  dns.questions.length = 0;
  const client = clientWith();
  const url = plain('hooks.test');
  await Promise.all(Array.from({ length: 5 }, () => client.post(requestTo(url))));
  expect(dns.questions).toEqual(['hooks.test', 'hooks.test']);
});

test('a name that has only IPv6 addresses is reached', async () => {
  expect((await post(plain('six.test'))).status).toBe(200);
});

test.each(['private', 'mixed', 'alias', 'mapped', 'metadata'])(
  'nothing reaches inside through %s.test',
  async (name) => {
    const before = requests;
    const refused = { fault: 'address_refused' };
    const options = { allowPrivate: false };
    await expect(post(secure(`${name}.test`), options)).rejects.toMatchObject(refused);
    expect(requests).toBe(before);
  },
);

test.each(['empty.test', 'unknown.test'])('%s has no address', async (host) => {
  await expect(post(plain(host))).rejects.toMatchObject({ fault: 'connection_failed' });
});

test('the certificate must be that of the name', async () => {
  const answered = await post(secure('hooks.test'), { ca: cert });
  expect([answered.status, answered.text]).toEqual([200, expect.stringMatching(/^hooks\.test:/)]);
  const failed = { fault: 'connection_failed' };
  const before = requests;
  await expect(post(secure('other.test'), { ca: cert })).rejects.toMatchObject(failed);
  await expect(post(secure('127.0.0.1'), { ca: cert })).rejects.toMatchObject(failed);
  await expect(post(secure('hooks.test'))).rejects.toMatchObject(failed);
  expect(requests).toBe(before);
});

test('names that get no answer end in time, and delay neither look-ups nor hashes', async () => {
  const from = performance.now();
  const slow = slowNames.map((name) => post(plain(name)).catch((error: unknown) => error));
  await promisify(pbkdf2)('a', 'b', 1, 32, 'sha256');
  await lookup('localhost');
  expect((await post(plain('hooks.test'))).status).toBe(200);
  expect(performance.now() - from).toBeLessThan(2000);
  const faults = (await Promise.all(slow)) as { fault: string }[];
  expect(new Set(faults.map(({ fault }) => fault))).toEqual(new Set(['connection_failed']));
  const elapsedMs = performance.now() - from;
  expect(elapsedMs).toBeGreaterThan(900);
  expect(elapsedMs).toBeLessThan(4500);
});

test('the hosts file is read as hosts(5) has it', () => {
  const file =
    '# 10.0.0.9 a\n127.0.0.1\tlocalhost a.test # b.test\nnot-an-address a.test\n::1 A.TEST';
  expect(addressesIn(file, 'a.test')).toEqual(['127.0.0.1', '::1']);
  expect(addressesIn(file, 'b.test')).toEqual([]);
});
