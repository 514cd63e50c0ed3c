import {
  createProofline,
  ProoflineError,
  type ProoflineOptions,
} from '../../../client/src/index.js';
import { ERROR_CATALOGUE } from '../../../src/errors/error-catalogue.js';

const body = { phoneNumber: '+14155552671' };

/** A client with a fixed response, and the requests it sent. */
const answered = (
  answer: () => Response | Promise<Response>,
  options: Pick<ProoflineOptions, 'timeoutMs'> = {},
) => {
  const requests: { url: string; init: RequestInit }[] = [];
  const proofline = createProofline({
    baseUrl: 'https://verify.example/otp//',
    timeoutMs: 1000,
    ...options,
    fetch: (url, init = {}) => {
      requests.push({ url: url as string, init });
      return Promise.resolve().then(answer);
    },
  });
  return { proofline, requests };
};

const failure = (call: Promise<unknown>): Promise<ProoflineError> =>
  call.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error as ProoflineError,
  );

const keyOf = ({ init }: { init: RequestInit }) => new Headers(init.headers).get('Idempotency-Key');

describe('refusals', () => {
  test.each(Object.entries(ERROR_CATALOGUE))(
    '%s keeps its code and status',
    async (code, known) => {
      const problem = { type: `urn:${code}`, ...known, code, requestId: 'r-1' };
      const { proofline } = answered(() => Response.json(problem, { status: known.status }));
      const error = await failure(proofline.requestOtp(body));
      expect(error).toBeInstanceOf(ProoflineError);
      expect(error).toMatchObject({
        ...{ kind: 'problem', code, status: known.status, message: known.title, requestId: 'r-1' },
      });
      expect(error.isUnanswered).toBe(code === 'idempotency_in_progress');
      expect(error.errors).toEqual([]);
    },
  );

  test('carries the details of the problem', async () => {
    const extras = {
      ...{ attemptsRemaining: 2, retryAfter: 30, limit: 'send-per-phone', verificationId: 'v' },
      errors: [{ pointer: '/channel', message: 'is not offered' }],
    };
    const { proofline } = answered(() =>
      Response.json(
        { code: 'rate_limited', title: 'Too many', ...extras },
        { status: 429, headers: { 'Retry-After': '99' } },
      ),
    );
    expect(await failure(proofline.status('v'))).toMatchObject(extras);
  });

  test.each([
    ['17', 17],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ])('without retryAfter in the body, a Retry-After of "%s" is %p', async (header, retryAfter) => {
    const headers = { 'Retry-After': header };
    const { proofline } = answered(() =>
      Response.json({ code: 'service_unavailable' }, { status: 503, headers }),
    );
    expect((await failure(proofline.status('v'))).retryAfter).toBe(retryAfter);
  });
});

describe('foreign responses', () => {
  test.each([
    ['a page of a proxy', '<h1>Bad Gateway</h1>', 502],
    ['a page of a captive portal', '<h1>Log in</h1>', 200],
    ['JSON that is no object', '"ok"', 200],
    ['JSON without a code', '{"error":"no"}', 500],
    ['nothing', '', 204],
  ])('%s has its own kind', async (_, text, status) => {
    const { proofline } = answered(() => new Response(text || null, { status }));
    const error = await failure(proofline.requestOtp(body));
    expect(error).toMatchObject({ kind: 'answer', code: 'unexpected_answer', status });
  });

  test('keeps the key, because the message may have been sent', async () => {
    const { proofline, requests } = answered(() => new Response('', { status: 502 }));
    await failure(proofline.requestOtp(body));
    await failure(proofline.requestOtp(body));
    expect(new Set(requests.map(keyOf)).size).toBe(1);
  });
});

describe('requests', () => {
  const sent = { verificationId: 'v' };
  const check = { verificationId: 'v', code: '1234' };

  test('go to the base URL, without cookies', async () => {
    const { proofline, requests } = answered(() => Response.json(sent));
    await proofline.resend('a/b', { channel: 'voice' });
    const [{ url, init }] = requests as [{ url: string; init: RequestInit }];
    expect(url).toBe('https://verify.example/otp/verifications/a%2Fb/resend');
    expect(init).toMatchObject({ method: 'POST', credentials: 'omit' });
    expect(init.body).toBe('{"channel":"voice"}');
  });

  test('carry a key if they send a message or check a code', async () => {
    const { proofline, requests } = answered(() => Response.json(sent));
    await proofline.requestOtp(body);
    await proofline.resend('v');
    await proofline.verifyOtp({ verificationId: 'v', code: '1234' });
    await proofline.status('v');
    await proofline.cancel('v');
    const hex = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(requests.map(keyOf)).toEqual([hex, hex, hex, null, null]);
    const methods = requests.map(({ init }) => init.method);
    expect(methods).toEqual(['POST', 'POST', 'POST', 'GET', 'DELETE']);
    const types = requests.map(({ init }) => new Headers(init.headers).has('Content-Type'));
    expect(types).toEqual([true, true, true, false, false]);
  });

  test('that check a code are repeated once with the same key after a lost answer', async () => {
    const lost = [
      () => Promise.reject(new TypeError('reset')),
      () => new Response('', { status: 502 }),
    ];
    for (const lose of lost) {
      const answers = [lose, () => Response.json(sent)];
      const { proofline, requests } = answered(() => answers.shift()!());
      const begunAt = performance.now();
      expect(await proofline.verifyOtp(check)).toEqual(sent);
      // A connection that broke needs a moment.
      expect(performance.now() - begunAt).toBeGreaterThan(450);
      expect(requests.map(({ init }) => init.body)).toEqual([
        JSON.stringify(check),
        JSON.stringify(check),
      ]);
      expect(new Set(requests.map(keyOf)).size).toBe(1);
    }
  });

  test('that check a code keep the key for the next call after two lost answers', async () => {
    const { proofline, requests } = answered(() => new Response('', { status: 502 }));
    const [first, joined] = [proofline.verifyOtp(check), proofline.verifyOtp(check)];
    await Promise.all([failure(first), failure(joined)]);
    expect(requests).toHaveLength(2);
    await failure(proofline.verifyOtp(check));
    expect(requests).toHaveLength(4);
    expect(new Set(requests.map(keyOf)).size).toBe(1);
  });

  test('that were refused are not repeated, and the next check has a new key', async () => {
    const { proofline, requests } = answered(() =>
      Response.json({ code: 'code_invalid' }, { status: 401 }),
    );
    expect(await failure(proofline.verifyOtp(check))).toMatchObject({ code: 'code_invalid' });
    await failure(proofline.verifyOtp(check));
    expect(requests).toHaveLength(2);
    expect(new Set(requests.map(keyOf)).size).toBe(2);
  });

  test('that send a message are not repeated', async () => {
    const { proofline, requests } = answered(() => Promise.reject(new TypeError('reset')));
    await failure(proofline.requestOtp(body));
    await failure(proofline.resend('v'));
    expect(requests).toHaveLength(2);
  });

  test('fail as unreachable after the timeout', async () => {
    const proofline = createProofline({
      timeoutMs: 20,
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    });
    expect(await failure(proofline.status('v'))).toMatchObject({ kind: 'network', status: 0 });
  });

  test('get a new key with another body, or after two minutes', async () => {
    const { proofline, requests } = answered(() => new Response('', { status: 502 }));
    const realNow = Date.now;
    const begunAt = realNow();
    try {
      Date.now = () => begunAt;
      await failure(proofline.requestOtp(body));
      await failure(proofline.requestOtp({ ...body, channel: 'voice' }));
      Date.now = () => begunAt + 119_999;
      await failure(proofline.requestOtp(body));
      Date.now = () => begunAt + 120_000;
      await failure(proofline.requestOtp(body));
    } finally {
      Date.now = realNow;
    }
    const [first, other, retried, later] = requests.map(keyOf);
    expect(retried).toBe(first);
    expect(new Set([first, other, later]).size).toBe(3);
  });

  test('join one that has run for longer than a key lives', async () => {
    let answer: ((response: Response) => void) | undefined;
    const { proofline, requests } = answered(
      () => new Promise<Response>((resolve) => (answer = resolve)),
      { timeoutMs: 10_000 },
    );
    const realNow = Date.now;
    const first = proofline.requestOtp(body);
    try {
      Date.now = () => realNow() + 121_000;
      const second = proofline.requestOtp(body);
      await new Promise((resolve) => setImmediate(resolve));
      answer?.(Response.json(sent));
      expect(await Promise.all([first, second])).toEqual([sent, sent]);
    } finally {
      Date.now = realNow;
    }
    expect(requests).toHaveLength(1);
  });

  test('tell the time of the service, unless their answer hides it', async () => {
    const hour = 3_600_000;
    const dates: Record<string, string>[] = [
      {},
      { Date: new Date(Date.now() - hour).toUTCString() },
      {},
    ];
    const { proofline } = answered(() => Response.json(sent, { headers: dates.shift()! }));
    const seen: [boolean, number][] = [];
    for (const _ of [1, 2, 3]) {
      await proofline.status('v');
      seen.push([proofline.isSynchronized(), Math.round((proofline.now() - Date.now()) / hour)]);
    }
    expect(seen).toEqual([
      [false, 0],
      [true, -1],
      [true, -1],
    ]);
  });

  test('reject at once if the signal is already aborted', async () => {
    const { proofline } = answered(() => Response.json(sent));
    const signal = AbortSignal.abort(new Error('too late'));
    const calls = [
      proofline.status('v', { signal }),
      proofline.cancel('v', { signal }),
      proofline.requestOtp(body, { signal }),
      proofline.verifyOtp({ verificationId: 'v', code: '1234' }, { signal }),
      proofline.resend('v', {}, { signal }),
    ];
    for (const call of calls) await expect(call).rejects.toThrow('too late');
  });
});
