import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import {
  SignJWT,
  UnsecuredJWT,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  decodeJwt,
} from 'jose';
import { PROOF_KEY, TestService, freshNumber } from '../../../support/service.js';

const ISSUER = 'https://verify.test';
const AUDIENCE = 'shop';
const ours = createPrivateKey(PROOF_KEY);

describe('a proof', () => {
  let service: TestService;
  let kid: string;
  beforeAll(async () => {
    service = await TestService.start({ PROOF_ISSUER: ISSUER, PROOF_AUDIENCE: AUDIENCE });
    const { body } = await service.get('/.well-known/jwks.json');
    kid = String((body['keys'] as { kid: string }[])[0]?.kid);
  });
  afterAll(() => service.stop());

  const prove = async (): Promise<string> => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const { body } = await service.verify(id, service.sinch.codeFor(phoneNumber));
    return String(body['proof']);
  };
  const introspect = async (proof: string) =>
    (await service.post('/proofs/introspect', { proof })).body;
  const spend = (proof: string) => service.post('/proofs/spend', { proof });

  const claims = (change: Record<string, unknown> = {}) => {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: '+14155552671',
      vid: '0'.repeat(37),
      purpose: 'login',
      amr: ['sms'],
      iat: now,
      exp: now + 300,
      jti: 'forged',
      ...change,
    };
  };
  const forge = (
    change: Record<string, unknown> = {},
    header: Partial<JWTHeaderParameters> = {},
    key: KeyObject = ours,
  ) =>
    new SignJWT(claims(change))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'phone-proof+jwt', kid, ...header })
      .sign(key);

  test('is active with its claims, for callers without a JWT library', async () => {
    const proof = await prove();
    expect(await introspect(proof)).toMatchObject({
      active: true,
      iss: ISSUER,
      aud: AUDIENCE,
      purpose: 'verification',
      amr: ['sms'],
      jti: expect.any(String),
    });
  });

  test('is spent once by 100 concurrent calls', async () => {
    const proof = await prove();
    const answers = await Promise.all(Array.from({ length: 100 }, () => spend(proof)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    // A busy machine may answer some with 503.
    const others = answers.filter((answer) =>
      ['proof_spent', 'service_unavailable'].includes(String(answer.body['code'])),
    );
    expect(others).toHaveLength(99);
    expect(others.some((answer) => answer.status === 409)).toBe(true);
    expect(await introspect(proof)).toEqual({ active: false });
    const { jti } = decodeJwt(proof);
    const spent = await service.rows('SELECT 1 FROM spent_proofs WHERE proof_id = $1', [jti]);
    expect(spent).toHaveLength(1);
  });

  test('forged with our key and the right claims is active, so each forgery below differs in one point', async () => {
    expect(await introspect(await forge())).toMatchObject({ active: true });
  });

  test.each<[string, Record<string, unknown>]>([
    ['another audience', { aud: 'other' }],
    ['another issuer', { iss: 'https://evil.test' }],
    ['an expired token', { exp: Math.floor(Date.now() / 1000) - 1 }],
    ['a token that is not yet valid', { nbf: Math.floor(Date.now() / 1000) + 60 }],
    ['no expiry', { exp: undefined }],
    ['no jti', { jti: undefined }],
    ['no subject', { sub: undefined }],
    ['no purpose', { purpose: undefined }],
  ])('is refused with %s', async (_what, change) => {
    const proof = await forge(change);
    expect(await introspect(proof)).toEqual({ active: false });
    expect((await spend(proof)).body['code']).toBe('proof_invalid');
  });

  test.each<[string, Partial<JWTHeaderParameters>]>([
    ['another type', { typ: 'JWT' }],
    ['no type', { typ: undefined as never }],
    ['an unknown kid', { kid: '../../etc/passwd' }],
    ['a kid of SQL', { kid: `' OR 1=1 --` }],
  ])('is refused with %s', async (_what, header) => {
    expect(await introspect(await forge({}, header))).toEqual({ active: false });
  });

  test('is refused with a foreign signature, whatever key its header contains', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = await exportJWK(publicKey);
    const before = service.sinch.calls.length;
    for (const header of [
      {},
      { jwk },
      { jku: `${service.sinch.url}/keys` },
      { x5u: `${service.sinch.url}/cert` },
    ]) {
      expect(await introspect(await forge({}, header as never, privateKey))).toEqual({
        active: false,
      });
    }
    expect(service.sinch.calls.length).toBe(before);
  });

  test('is refused with another algorithm: none, HMAC with our public key, RSA, ECDSA', async () => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const publicPem = createPublicKey(ours).export({ type: 'spki', format: 'pem' });
    const hmac = (alg: string, secret: string | Buffer) => {
      const signed = `${encode({ alg, typ: 'phone-proof+jwt', kid })}.${encode(claims())}`;
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    };
    const jwks = JSON.stringify((await service.get('/.well-known/jwks.json')).body);
    const rsa = await generateKeyPair('RS256');
    const ec = await generateKeyPair('ES256');
    const sign = (alg: string, key: Parameters<SignJWT['sign']>[0]) =>
      new SignJWT(claims()).setProtectedHeader({ alg, typ: 'phone-proof+jwt', kid }).sign(key);
    const none = new UnsecuredJWT(claims()).encode();
    const [, payload = ''] = none.split('.');
    const forgeries = [
      none,
      `${encode({ alg: 'None', typ: 'phone-proof+jwt' })}.${payload}.`,
      `${encode({ alg: 'nONE', typ: 'phone-proof+jwt', kid })}.${payload}.`,
      hmac('HS256', publicPem),
      hmac('HS256', jwks),
      hmac('EdDSA', publicPem),
      await sign('RS256', rsa.privateKey),
      await sign('ES256', ec.privateKey),
    ];
    for (const forgery of forgeries) expect(await introspect(forgery)).toEqual({ active: false });
  });

  test('is refused when any character changes', async () => {
    const proof = await prove();
    const [header = '', payload = '', signature = ''] = proof.split('.');
    const changed = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    for (const broken of [
      `${changed(header)}.${payload}.${signature}`,
      `${header}.${changed(payload)}.${signature}`,
      `${header}.${payload}.${changed(signature)}`,
      `${header}.${payload}`,
      'x',
      '..',
    ]) {
      expect(await introspect(broken)).toEqual({ active: false });
      expect((await spend(broken)).status).toBe(401);
    }
  });

  test('is issued once for 200 concurrent right codes', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const code = service.sinch.codeFor(phoneNumber);
    const answers = await Promise.all(Array.from({ length: 200 }, () => service.verify(id, code)));
    const proofs = new Set(answers.map((answer) => answer.body['proof']).filter(Boolean));
    expect(proofs.size).toBe(1);
  });
});

describe('key rotation', () => {
  test('a new key signs, and proofs of the old key stay valid', async () => {
    const before = await TestService.start();
    const phoneNumber = freshNumber();
    const id = await before.request(phoneNumber);
    const old = String((await before.verify(id, before.sinch.codeFor(phoneNumber))).body['proof']);
    await before.stop();

    const fresh = generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string;
    const after = await TestService.start({}, `${fresh}${PROOF_KEY}`);
    try {
      const { keys } = (await after.get('/.well-known/jwks.json')).body as {
        keys: { kid: string }[];
      };
      expect(new Set(keys.map((key) => key.kid)).size).toBe(2);
      expect((await after.post('/proofs/introspect', { proof: old })).body['active']).toBe(true);
      const next = freshNumber();
      const nextId = await after.request(next);
      const proof = String((await after.verify(nextId, after.sinch.codeFor(next))).body['proof']);
      const header = JSON.parse(Buffer.from(proof.split('.')[0] ?? '', 'base64url').toString()) as {
        kid: string;
      };
      expect(header.kid).toBe(keys[0]?.kid);
      expect((await after.post('/proofs/introspect', { proof })).body['active']).toBe(true);
    } finally {
      await after.stop();
    }
  });
});
