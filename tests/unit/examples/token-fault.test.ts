import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { isTokenFault } from '../../../examples/nextjs/lib/token-fault.js';

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

let key: Key;
let keySet: string;
let server: Server;

beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA');
  key = pair.privateKey;
  keySet = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one' }] });
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const sign = (facts: { expires?: string; kid?: string; key?: Key } = {}) =>
  new SignJWT({ sub: '+14155550100' })
    .setProtectedHeader({ alg: 'EdDSA', kid: facts.kid ?? 'one', typ: 'phone-proof+jwt' })
    .setAudience('proofline')
    .setExpirationTime(facts.expires ?? '5m')
    .sign(facts.key ?? key);

async function faultOf(token: string, serve: RequestListener): Promise<boolean | undefined> {
  server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const keys = createRemoteJWKSet(new URL(`http://127.0.0.1:${port}/`), { timeoutDuration: 200 });
  const options = { audience: 'proofline', typ: 'phone-proof+jwt', algorithms: ['EdDSA'] };
  return jwtVerify(token, keys, options).then(() => undefined, isTokenFault);
}

const serveKeys: RequestListener = (_, response) => void response.end(keySet);

describe('keys that cannot be fetched are no fault of the token:', () => {
  it.each<[string, RequestListener]>([
    ['503', (_, response) => void response.writeHead(503).end()],
    ['no JSON', (_, response) => void response.end('<h1>Back soon</h1>')],
    ['no key set', (_, response) => void response.end('{}')],
    ['a cut connection', (request) => void request.socket.destroy()],
    ['no answer in time', (request) => void request.resume()],
  ])('%s', async (_, serve) => {
    expect(await faultOf(await sign(), serve)).toBe(false);
  });
});

describe('is a fault of the token:', () => {
  it.each<[string, () => Promise<string>]>([
    ['expired', () => sign({ expires: '-1m' })],
    ['an unknown key', () => sign({ kid: 'two' })],
    ['forged', async () => sign({ key: (await generateKeyPair('EdDSA')).privateKey })],
    ['no token', () => Promise.resolve('a.b.c')],
    [
      'another algorithm',
      async () => new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)),
    ],
  ])('%s', async (_, token) => {
    expect(await faultOf(await token(), serveKeys)).toBe(true);
  });

  it('not a sound one', async () => {
    expect(await faultOf(await sign(), serveKeys)).toBeUndefined();
  });
});
