import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { ProofError, verifyProof } from '../../../packages/server/src/index.js';

const NUMBER = '+14155552671';
const seconds = () => Math.floor(Date.now() / 1000);
const CLAIMS = {
  ...{ iss: 'proofline', aud: 'shop', sub: NUMBER, vid: 'v-1', purpose: 'login' },
  ...{ amr: ['sms'], azp: 'app_shop', jti: 'p-1', iat: seconds(), exp: seconds() + 300 },
};

const { privateKey, publicKey } = await generateKeyPair('Ed25519');
const stranger = await generateKeyPair('Ed25519');

/** The keys of a service, which can be told to fail. */
class KeyServer {
  asked = 0;
  status = 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<KeyServer> {
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'k-1', alg: 'EdDSA', use: 'sig' }];
    const server = createServer((req, res) => {
      started.asked += 1;
      const status = req.url === '/otp/.well-known/jwks.json' ? started.status : 404;
      res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const started = new KeyServer(server);
    return started;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/otp/`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const sign = (claims: JWTPayload, header: object = {}, key = privateKey): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k-1', typ: 'phone-proof+jwt', ...header })
    .sign(key);

describe('verifyProof', () => {
  let service: KeyServer;
  beforeEach(async () => {
    service = await KeyServer.start();
  });
  afterEach(() => service.stop());

  const verify = (token: string, options: object = {}) =>
    verifyProof(token, {
      ...{ baseUrl: service.baseUrl, purpose: 'login', audience: 'shop', ...options },
    });
  const refusal = async (token: string, options: object = {}) => {
    const error: unknown = await verify(token, options).catch((reason: unknown) => reason);
    if (!(error instanceof ProofError)) throw new Error(`not refused: ${String(error)}`);
    return error.code;
  };

  test('returns what the proof says, and fetches the keys once', async () => {
    const proofs = await Promise.all([1, 2, 3].map((jti) => sign({ ...CLAIMS, jti: `p-${jti}` })));
    for (const [at, proof] of proofs.entries())
      expect(await verify(proof)).toEqual({ ...CLAIMS, jti: `p-${at + 1}` });
    expect(service.asked).toBe(1);
  });

  test('takes the issuer of the service', async () => {
    const proof = await sign({ ...CLAIMS, iss: 'https://verify.example' });
    expect(await verify(proof, { issuer: 'https://verify.example' })).toMatchObject({
      sub: NUMBER,
    });
    expect(await refusal(proof)).toBe('proof_invalid');
  });

  test('with the application refuses the proofs of others', async () => {
    const application = 'app_shop';
    expect(await verify(await sign(CLAIMS), { application })).toMatchObject({ azp: application });
    for (const azp of ['app_club', undefined]) {
      expect(await refusal(await sign({ ...CLAIMS, azp }), { application })).toBe('proof_invalid');
    }
    for (const missing of ['', undefined]) {
      await expect(verify(await sign(CLAIMS), { application: missing })).rejects.toThrow(TypeError);
    }
  });

  test.each([
    ['for another purpose', { purpose: 'payment' }, {}],
    ['for another audience', { aud: 'proofline' }, {}],
    ['that has expired', { exp: seconds() - 1 }, {}],
    ['that never expires', { exp: undefined }, {}],
    ['without a number', { sub: undefined }, {}],
    ['of another type, such as an access token', {}, { typ: 'at+jwt' }],
    ['with a key that the service does not have', {}, { kid: 'k-2' }],
  ])('refuses a proof %s', async (_, claims, header) => {
    const proof = await sign({ ...CLAIMS, ...claims } as JWTPayload, header);
    expect(await refusal(proof)).toBe('proof_invalid');
  });

  test('refuses what the service has not signed', async () => {
    const proof = await sign(CLAIMS);
    const [, payload, signature] = proof.split('.');
    const none = Buffer.from('{"alg":"none","kid":"k-1","typ":"phone-proof+jwt"}').toString(
      'base64url',
    );
    const forged = [
      await sign(CLAIMS, {}, stranger.privateKey),
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      proof.slice(0, -4),
      'no.token.here',
      '',
      undefined as unknown as string,
    ];
    for (const token of forged) expect(await refusal(token)).toBe('proof_invalid');
  });

  test('tells missing keys from a wrong proof, and fetches them again', async () => {
    const proof = await sign(CLAIMS);
    service.status = 503;
    expect(await refusal(proof)).toBe('keys_unavailable');
    service.status = 200;
    expect(await verify(proof)).toMatchObject({ sub: NUMBER });
    expect(await refusal(proof, { baseUrl: 'http://127.0.0.1:9' })).toBe('keys_unavailable');
  });

  test.each(['audience', 'issuer', 'purpose'])('does not work without %s', async (name) => {
    await expect(verify(await sign(CLAIMS), { [name]: '' })).rejects.toThrow(TypeError);
  });
});
