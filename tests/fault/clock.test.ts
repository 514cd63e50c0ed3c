import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { noteSecret } from '../support/evidence.js';
import { freshNumber, PROOF_KEY } from '../support/service.js';
import { ProcessHarness } from './support/process-harness.js';

const shiftedBy = (ms: number) => `
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length === 0 ? super(Real.now() + ${ms}) : super(...given); }
    static now() { return Real.now() + ${ms}; }
  };`;

const proofExpiringIn = (seconds: number): Promise<string> => {
  const exp = Math.floor(Date.now() / 1000) + seconds;
  return new SignJWT({ vid: '0'.repeat(37), purpose: 'login', amr: ['sms'] })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'phone-proof+jwt' })
    .setIssuer('proofline')
    .setAudience('proofline')
    .setSubject('+14155552671')
    .setJti(`ends in ${seconds}`)
    .setIssuedAt(exp - 300)
    .setExpirationTime(exp)
    .sign(createPrivateKey(PROOF_KEY));
};

describe.each([
  ['two minutes ahead', 120_000],
  ['two minutes behind', -120_000],
  ['an hour ahead', 3_600_000],
])('a process whose clock is %s', (_what, ms) => {
  let harness: ProcessHarness;
  beforeAll(async () => {
    harness = await ProcessHarness.start(0);
    await harness.add({ LIMIT_RESEND_COOLDOWN_SECONDS: '30' }, shiftedBy(ms));
  });
  afterAll(() => harness.stop());

  test('expires codes by the database clock', async () => {
    const phoneNumber = freshNumber();
    const id = await harness.request(phoneNumber);
    const [row] = await harness.rows(
      `SELECT extract(epoch FROM expires_at - now())::float8 AS life FROM verifications WHERE id = '${id}'`,
    );
    expect(Math.abs(Number(row!['life']) - 300)).toBeLessThan(2);
    const cooling = await harness.client.post('/request-otp', { phoneNumber });
    expect(cooling.body['code']).toBe('cooldown');
    expect(Number(cooling.headers.get('retry-after'))).toBeGreaterThan(25);
    expect((await harness.client.verify(id, harness.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test('refuses only codes that have expired in the database', async () => {
    const numbers = [freshNumber(), freshNumber()];
    for (const phoneNumber of numbers) noteSecret(phoneNumber);
    const ids = [await harness.request(numbers[0]!), await harness.request(numbers[1]!)];
    await harness.rows(
      `UPDATE verifications SET expires_at = now() - interval '1 second' WHERE id = '${ids[0]}'`,
    );
    await harness.rows(
      `UPDATE verifications SET expires_at = now() + interval '5 seconds' WHERE id = '${ids[1]}'`,
    );
    const late = await harness.client.verify(ids[0]!, harness.sinch.codeFor(numbers[0]!));
    expect(late.body['code']).toBe('code_expired');
    expect((await harness.client.verify(ids[1]!, harness.sinch.codeFor(numbers[1]!))).status).toBe(
      200,
    );
  });

  test('expires proofs by the database clock', async () => {
    const post = (path: string, proof: string) => harness.client.post(path, { proof });
    const [good, late] = [await proofExpiringIn(60), await proofExpiringIn(-60)];
    expect((await post('/proofs/introspect', good)).body['active']).toBe(true);
    expect((await post('/proofs/spend', good)).status).toBe(200);
    expect((await post('/proofs/spend', good)).body['code']).toBe('proof_spent');
    expect((await post('/proofs/introspect', late)).body).toEqual({ active: false });
    expect((await post('/proofs/spend', late)).body['code']).toBe('proof_invalid');
  });
});
