import {
  createProoflineServer,
  eachPage,
  ProoflineError,
} from '../../../packages/server/src/index.js';

/** A client with fixed responses, and the requests it sent. */
const answered = (answer: () => Response | Promise<Response>, secretKey?: string) => {
  const requests: { url: string; init: RequestInit }[] = [];
  const proofline = createProoflineServer({
    baseUrl: 'https://verify.example/otp/',
    ...(secretKey !== undefined && { secretKey }),
    fetch: (url, init = {}) => {
      requests.push({ url: url as string, init });
      return Promise.resolve().then(answer);
    },
  });
  return { proofline, requests };
};

const failure = async (call: Promise<unknown>): Promise<ProoflineError> => {
  const error: unknown = await call.catch((reason: unknown) => reason);
  if (!(error instanceof ProoflineError)) throw new Error(`not refused: ${String(error)}`);
  return error;
};

describe('createProoflineServer', () => {
  test('puts each part of the input where the API wants it', async () => {
    const { proofline, requests } = answered(() => Response.json({}), 'pl_sk_1_2');
    await proofline.resendOtp({ id: 'a/b', channel: 'voice' }, { idempotencyKey: 'k' });
    await proofline.cancelVerification({ id: 'v' });
    const [resend, cancel] = requests.map(({ url, init }) => ({ url, ...init }));
    expect(resend).toMatchObject({
      ...{ url: 'https://verify.example/otp/verifications/a%2Fb/resend', method: 'POST' },
      ...{ body: '{"channel":"voice"}', redirect: 'error' },
      headers: {
        ...{ 'Content-Type': 'application/json', Authorization: 'Bearer pl_sk_1_2' },
        'Idempotency-Key': 'k',
      },
    });
    expect(cancel).toMatchObject({
      method: 'DELETE',
      headers: { Authorization: 'Bearer pl_sk_1_2' },
    });
    expect(cancel).not.toHaveProperty('body');
  });

  test('carries the key beside the session of an account', async () => {
    const { proofline, requests } = answered(() => Response.json({}), 'pl_sk_1_2');
    await proofline.getAccount({}, { accessToken: 'a.b.c' });
    expect(requests[0]?.init.headers).toEqual({
      Authorization: 'Bearer a.b.c',
      'Proofline-Key': 'pl_sk_1_2',
    });
  });

  test('sends no Authorization without a key, and refuses a publishable key', async () => {
    const { proofline, requests } = answered(() => Response.json({}));
    await proofline.getVerification({ id: 'v' });
    expect(requests[0]?.init.headers).toEqual({});
    expect(() => answered(() => Response.json({}), 'pl_pk_1_2')).toThrow(TypeError);
  });

  test('tells a refusal, a foreign answer and no answer apart', async () => {
    const problem = { code: 'rate_limited', detail: 'Too many requests', retryAfter: 7 };
    const refused = answered(() => Response.json(problem, { status: 429 }));
    expect(await failure(refused.proofline.requestOtp({ phoneNumber: '+1' }))).toMatchObject({
      ...{ code: 'rate_limited', status: 429, problem, isUnanswered: false },
    });
    const foreign = answered(() => new Response('<h1>Bad Gateway</h1>', { status: 502 }));
    expect(await failure(foreign.proofline.requestOtp({ phoneNumber: '+1' }))).toMatchObject({
      ...{ code: 'unexpected_answer', status: 502, isUnanswered: true },
    });
    const inProgress = { code: 'idempotency_in_progress', detail: 'Still running' };
    const running = answered(() => Response.json(inProgress, { status: 409 }));
    expect(await failure(running.proofline.requestOtp({ phoneNumber: '+1' }))).toMatchObject({
      ...{ code: 'idempotency_in_progress', status: 409, isUnanswered: true },
    });
    const empty = answered(() => new Response(null, { status: 204 }));
    expect(await empty.proofline.cancelVerification({ id: 'v' })).toBeUndefined();
    const away = answered(() => Promise.reject(new TypeError('fetch failed')));
    const error = await failure(away.proofline.requestOtp({ phoneNumber: '+1' }));
    expect(error).toMatchObject({ code: 'unreachable', status: 0, isUnanswered: true });
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(away.requests).toHaveLength(1);
  });

  test('rejects with the reason of the caller who aborts', async () => {
    const { proofline } = answered(() => Promise.reject(new Error('aborted')));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(proofline.getVerification({ id: 'v' }, { signal })).rejects.toThrow('enough');
  });

  test('asks for what a path needs', async () => {
    const { proofline } = answered(() => Response.json({}));
    await expect(proofline.getVerification({ id: '' })).rejects.toThrow(/no id/);
  });
});

describe('eachPage', () => {
  test('asks for page after page with the same filters, until the last', async () => {
    const asked: object[] = [];
    const pages = [
      { verifications: ['a', 'b'], nextCursor: 'c-1' },
      { verifications: ['c'], nextCursor: null },
    ];
    const list = (query: { status: string; cursor?: string }) => {
      asked.push(query);
      return Promise.resolve(pages[asked.length - 1]!);
    };
    const found: string[] = [];
    for await (const { verifications } of eachPage(list, { status: 'verified' }))
      found.push(...verifications);
    expect(found).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual([{ status: 'verified' }, { status: 'verified', cursor: 'c-1' }]);
  });
});
