import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { HttpClient } from '../../../src/clients/http-client.js';

/** Takes connections and says nothing: with TLS no connection ever comes about. */
describe('an address that swallows everything', () => {
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

  const ask = async (scheme: string) => {
    const { port } = server.address() as AddressInfo;
    const baseUrl = `${scheme}://127.0.0.1:${port}`;
    const client = new HttpClient({ provider: 'nobody', baseUrl, timeoutMs: 1000 });
    const startedAt = performance.now();
    const error: unknown = await client
      .send({ method: 'POST', path: '/', body: '{}' })
      .catch((failure: unknown) => failure);
    client.close();
    return { error, took: performance.now() - startedAt };
  };

  test('certainly did nothing when there is no secure connection, and leaves time for somebody else', async () => {
    const { error, took } = await ask('https');
    expect(error).toMatchObject({ kind: 'unreachable', didNothing: true });
    expect(took).toBeGreaterThan(390);
    expect(took).toBeLessThan(800);
  });

  test('may have done anything once there is a connection', async () => {
    const { error, took } = await ask('http');
    expect(error).toMatchObject({ kind: 'timeout-unknown', didNothing: false });
    expect(took).toBeGreaterThan(980);
  });
});
