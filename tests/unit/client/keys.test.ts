import { createProofline, type ProoflineOptions } from '../../../client/src/index.js';

/** A client, and the Authorization of each request that it sent. */
const recorded = (options: ProoflineOptions) => {
  const sent: (string | null)[] = [];
  const proofline = createProofline({
    ...options,
    fetch: (_url, init = {}) => {
      sent.push(new Headers(init.headers).get('Authorization'));
      return Promise.resolve(Response.json({ verificationId: 'v' }));
    },
  });
  return { proofline, sent };
};

describe('requests', () => {
  test('carry the publishable key, all of them', async () => {
    const publishableKey = 'pl_pk_7h3n_0123456789abcdef';
    const { proofline, sent } = recorded({ publishableKey });
    await proofline.requestOtp({ phoneNumber: '+14155552671' });
    await proofline.resend('v');
    await proofline.verifyOtp({ verificationId: 'v', code: '1234' });
    await proofline.status('v');
    await proofline.cancel('v');
    expect(sent).toEqual(Array(5).fill(`Bearer ${publishableKey}`));
  });

  test.each([undefined, ''])('carry no Authorization with the key %j', async (publishableKey) => {
    const options = publishableKey === undefined ? {} : { publishableKey };
    const { proofline, sent } = recorded(options);
    await proofline.requestOtp({ phoneNumber: '+14155552671' });
    expect(sent).toEqual([null]);
  });

  test.each(['pl_sk_7h3n_0123456789', 'pl_op_7h3n_0123456789', ' pl_sk_7h3n_0123456789'])(
    'are refused with the key %s, which must not be in a browser',
    (publishableKey) => {
      expect(() => createProofline({ publishableKey })).toThrow(TypeError);
      expect(() => createProofline({ publishableKey })).toThrow(/must not be in a browser/);
      // The key must not reach an error log.
      expect(() => createProofline({ publishableKey })).not.toThrow(/7h3n/);
    },
  );
});
