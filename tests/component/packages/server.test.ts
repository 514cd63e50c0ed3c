import {
  createProoflineServer,
  ProoflineError,
  verifyProof,
} from '../../../packages/server/src/index.js';
import { noteSecret } from '../../support/evidence.js';
import { createApplication } from '../../support/applications.js';
import { TestService, freshNumber } from '../../support/service.js';

const refusal = async (call: Promise<unknown>): Promise<ProoflineError> => {
  const error: unknown = await call.catch((reason: unknown) => reason);
  if (!(error instanceof ProoflineError)) throw new Error(`not refused: ${String(error)}`);
  return error;
};

describe('@proofline/server', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const number = () => {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    return phoneNumber;
  };
  const client = (options: { secretKey?: string } = {}) =>
    createProoflineServer({ baseUrl: `${service.url}/`, ...options });

  test('sends a code, checks it, verifies the proof and spends it once', async () => {
    const proofline = client();
    const phoneNumber = number();
    const sent = await proofline.requestOtp({ phoneNumber, purpose: 'login' });
    const code = service.sinch.codeFor(phoneNumber);
    const { verificationId } = sent;
    const { proof } = await proofline.verifyOtp({ verificationId, code });
    const options = { baseUrl: service.url, purpose: 'login', audience: 'proofline' };
    expect(await verifyProof(proof, options)).toMatchObject({
      ...{ sub: phoneNumber, vid: verificationId, amr: ['sms'] },
    });
    expect(await proofline.getVerification({ id: verificationId })).toMatchObject({
      status: 'verified',
    });
    expect(await proofline.introspectProof({ proof })).toMatchObject({ active: true });
    await proofline.spendProof({ proof });
    expect(await refusal(proofline.spendProof({ proof }))).toMatchObject({
      ...{ code: 'proof_spent', status: 409, isUnanswered: false },
    });
  });

  test('repeats an answer by its idempotency key, and cancels', async () => {
    const proofline = client();
    const body = { phoneNumber: number() };
    const first = await proofline.requestOtp(body, { idempotencyKey: 'order-7' });
    expect(await proofline.requestOtp(body, { idempotencyKey: 'order-7' })).toEqual(first);
    const cancelled = await proofline.cancelVerification({ id: first.verificationId });
    expect(cancelled.status).toBe('cancelled');
    expect(await refusal(proofline.resendOtp({ id: first.verificationId }))).toMatchObject({
      code: 'verification_cancelled',
    });
  });

  test('speaks for its application, and is told when its key is wrong', async () => {
    const { secretKey, publishableKey } = await createApplication(service, 'shop');
    const sent = await client({ secretKey }).requestOtp({ phoneNumber: number() });
    expect(sent.status).toBe('pending');
    const wrong = publishableKey.replace('pl_pk_', 'pl_sk_');
    const refused = client({ secretKey: wrong }).requestOtp({ phoneNumber: number() });
    expect(await refusal(refused)).toMatchObject({ code: 'key_invalid', status: 401 });
  });

  test('names the invalid field', async () => {
    const error = await refusal(client().requestOtp({ phoneNumber: 'x'.repeat(500) }));
    expect(error.problem?.errors?.map(({ pointer }) => pointer)).toEqual(['/phoneNumber']);
  });
});
