import { setTimeout as sleep } from 'node:timers/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  jwtVerify,
  type JSONWebKeySet,
} from 'jose';
import { TestService, freshNumber } from '../../../support/service.js';

describe('the proof', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({
      PROOF_ISSUER: 'https://verify.test',
      PROOF_AUDIENCE: 'shop',
    });
  });
  afterAll(() => service.stop());

  test('can be verified with the published keys', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber, { purpose: 'login' });
    const { body } = await service.verify(id, service.sinch.codeFor(phoneNumber));
    const keys = createRemoteJWKSet(new URL(`${service.url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(String(body['proof']), keys, {
      issuer: 'https://verify.test',
      audience: 'shop',
      typ: 'phone-proof+jwt',
      algorithms: ['EdDSA'],
    });
    expect(protectedHeader).toEqual({
      alg: 'EdDSA',
      typ: 'phone-proof+jwt',
      kid: expect.any(String),
    });
    const { iat = 0, exp = 0 } = payload;
    expect(payload).toEqual({
      iss: 'https://verify.test',
      aud: 'shop',
      azp: 'app_default',
      sub: phoneNumber,
      vid: id,
      purpose: 'login',
      amr: ['sms'],
      iat,
      exp: iat + 300,
      jti: expect.stringMatching(/^[0-9a-z]{36}$/),
    });
    expect(Date.parse(String(body['proofExpiresAt']))).toBe(exp * 1000);
    const [row] = await service.rows('SELECT proof_id FROM verifications WHERE id = $1', [id]);
    expect(row).toEqual({ proof_id: payload.jti });
  });

  test('is not issued after the verification', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    // Late in a second of the clock that the database shares with this process.
    await sleep(600 + ((1_000 - (Date.now() % 1_000)) % 1_000));
    const { body } = await service.verify(id, service.sinch.codeFor(phoneNumber));
    const { iat = Infinity } = decodeJwt(String(body['proof']));
    expect(iat).toBe(Math.floor(Date.parse(String(body['verifiedAt'])) / 1_000));
  });

  test('is published without private members', async () => {
    const { body } = await service.get('/.well-known/jwks.json');
    const { keys } = body as unknown as JSONWebKeySet;
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0]!).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    const number = freshNumber();
    const id = await service.request(number);
    const proof = String((await service.verify(id, service.sinch.codeFor(number))).body['proof']);
    const { payload } = await jwtVerify(proof, createLocalJWKSet({ keys }));
    expect(payload.sub).toBe(number);
  });
});
