import dgram from 'node:dgram';
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { isLoopback } from './refuse-outside-connections.js';

const REFUSED = {
  code: 'ECONNREFUSED',
  message: expect.stringContaining('Tests may not connect') as unknown,
};

describe('a connection to another host', () => {
  it.each([
    ['by name', (): net.Socket => net.connect({ host: 'example.com', port: 443 })],
    ['by address', (): net.Socket => net.connect(443, '192.0.2.1')],
    ['by IPv6 address', (): net.Socket => net.connect(443, '2001:db8::1')],
  ])('is refused %s', async (_how, open) => {
    const [error] = (await once(open(), 'error').catch((thrown: unknown) => [thrown])) as [unknown];
    expect(error).toMatchObject(REFUSED);
  });

  it('is refused for fetch, http, DNS lookups and datagrams', async () => {
    const failed = (await fetch('https://example.com').catch((e: unknown) => e)) as Error;
    expect(String(failed.cause)).toContain('a connection to example.com was refused');
    const [error] = (await once(request('http://example.com').end(), 'error').catch(
      (e: unknown) => [e],
    )) as [unknown];
    expect(error).toMatchObject(REFUSED);
    await expect(dns.promises.lookup('example.com')).rejects.toMatchObject(REFUSED);
    const socket = dgram.createSocket('udp4');
    expect(() => socket.send('x', 53, '192.0.2.1')).toThrow('192.0.2.1');
    socket.close();
  });
});

describe('a connection to loopback', () => {
  it.each(['127.0.0.1', 'localhost'])('to %s succeeds', async (host) => {
    const server = createServer((_request, response) => response.end('hello')).listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    expect(await (await fetch(`http://${host}:${port}`)).text()).toBe('hello');
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['127.8.8.8', true],
    ['::1', true],
    ['[::1]', true],
    ['::ffff:127.0.0.1', true],
    ['localhost', true],
    ['localhost.example.com', false],
    ['128.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['fe80::1', false],
  ])('treats %s as loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
