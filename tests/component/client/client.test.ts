import {
  createProofline,
  ProoflineError,
  type ProoflineOptions,
} from '../../../client/src/index.js';
import { createApplication, ORIGIN } from '../../support/applications.js';
import { noteSecret } from '../../support/evidence.js';
import { TestService, freshNumber } from '../../support/service.js';

const refusal = async (call: Promise<unknown>): Promise<ProoflineError> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProoflineError)) throw new Error(`not refused: ${String(error)}`);
  return error;
};

const wrong = (code: string) => (code.startsWith('1') ? '2' : '1') + code.slice(1);

describe('client', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const client = (options: ProoflineOptions = {}) =>
    createProofline({ baseUrl: `${service.url}/`, ...options });

  const number = () => {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    return phoneNumber;
  };

  /** A fetch that sends all requests and drops the first `count` responses. */
  const losing = (count: number) => {
    const keys: (string | null)[] = [];
    const lossy: typeof fetch = async (input, init) => {
      keys.push(new Headers(init?.headers).get('Idempotency-Key'));
      const response = await fetch(input, init);
      if (keys.length > count) return response;
      await response.text();
      throw new TypeError('Failed to fetch');
    };
    return { keys, fetch: lossy };
  };

  test('sends a code, checks it and returns the proof', async () => {
    const proofline = client();
    const phoneNumber = number();
    const sent = await proofline.requestOtp({ phoneNumber, purpose: 'login', reference: 'cart 7' });
    expect(sent).toMatchObject({ phoneNumber, purpose: 'login', status: 'pending' });
    const { verificationId } = sent;
    const code = service.sinch.codeFor(phoneNumber);
    const verified = await proofline.verifyOtp({ verificationId, code });
    expect(verified).toMatchObject({ status: 'verified', reference: 'cart 7', verificationId });
    expect(verified.proof.split('.')).toHaveLength(3);
    expect(await proofline.status(verificationId)).toMatchObject({ status: 'verified' });
  });

  test('reports the attempts left, down to none', async () => {
    const proofline = client();
    const phoneNumber = number();
    const { verificationId } = await proofline.requestOtp({ phoneNumber });
    const code = wrong(service.sinch.codeFor(phoneNumber));
    for (const left of [4, 3, 2, 1, 0]) {
      const error = await refusal(proofline.verifyOtp({ verificationId, code }));
      expect(error).toMatchObject({
        ...{ kind: 'problem', code: 'code_invalid', status: 401, attemptsRemaining: left },
      });
    }
    const error = await refusal(proofline.verifyOtp({ verificationId, code }));
    expect(error).toMatchObject({ code: 'attempts_exhausted', status: 429, isUnanswered: false });
  });

  test('resends with one message and a new code, but not after a cancellation', async () => {
    const proofline = client();
    const phoneNumber = number();
    const { verificationId } = await proofline.requestOtp({ phoneNumber });
    const before = service.sinch.messages;
    const again = await proofline.resend(verificationId, { channel: 'voice' });
    expect(again).toMatchObject({ verificationId, channel: 'voice' });
    expect(service.sinch.messages).toBe(before + 1);
    expect(await proofline.cancel(verificationId)).toMatchObject({ status: 'cancelled' });
    const error = await refusal(proofline.verifyOtp({ verificationId, code: '1234' }));
    expect(error).toMatchObject({ code: 'verification_cancelled', status: 410 });
  });

  test('sends one message for a double click', async () => {
    const proofline = client();
    const phoneNumber = number();
    const before = service.sinch.messages;
    const clicks = Array.from({ length: 20 }, () => proofline.requestOtp({ phoneNumber }));
    const ids = new Set((await Promise.all(clicks)).map((answer) => answer.verificationId));
    expect(ids.size).toBe(1);
    expect(service.sinch.messages).toBe(before + 1);
  });

  test('uses one attempt for a double click on the check', async () => {
    const proofline = client();
    const phoneNumber = number();
    const { verificationId } = await proofline.requestOtp({ phoneNumber });
    const code = wrong(service.sinch.codeFor(phoneNumber));
    const check = () => refusal(proofline.verifyOtp({ verificationId, code }));
    const errors = await Promise.all([check(), check(), check()]);
    expect(errors.map((error) => error.attemptsRemaining)).toEqual([4, 4, 4]);
    expect((await check()).attemptsRemaining).toBe(3);
  });

  test('returns a lost response to the repeated request, without a second message', async () => {
    const { keys, fetch } = losing(2);
    const proofline = client({ fetch });
    const phoneNumber = number();
    const before = service.sinch.messages;
    for (const _ of [1, 2]) {
      const error = await refusal(proofline.requestOtp({ phoneNumber }));
      expect(error).toMatchObject({ kind: 'network', code: 'unreachable', status: 0 });
    }
    const { verificationId } = await proofline.requestOtp({ phoneNumber });
    expect(service.sinch.messages).toBe(before + 1);
    expect(new Set(keys).size).toBe(1);
    const code = service.sinch.codeFor(phoneNumber);
    expect(await proofline.verifyOtp({ verificationId, code })).toMatchObject({
      status: 'verified',
    });
  });

  test('returns the success of a check whose response was lost, with the same proof', async () => {
    const phoneNumber = number();
    const { verificationId } = await client().requestOtp({ phoneNumber });
    const code = service.sinch.codeFor(phoneNumber);
    const answers: string[] = [];
    const lossy: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      answers.push(await response.text());
      if (answers.length === 1) throw new TypeError('Failed to fetch');
      return new Response(answers.at(-1), response);
    };
    const verified = await client({ fetch: lossy }).verifyOtp({ verificationId, code });
    expect(verified.status).toBe('verified');
    expect(answers.map((text) => (JSON.parse(text) as { proof: string }).proof)).toEqual([
      verified.proof,
      verified.proof,
    ]);
  });

  test('uses a new key for the next request after a response', async () => {
    const { keys, fetch } = losing(0);
    const proofline = client({ fetch });
    const phoneNumber = number();
    const before = service.sinch.messages;
    await proofline.requestOtp({ phoneNumber });
    await proofline.requestOtp({ phoneNumber });
    expect(new Set(keys).size).toBe(2);
    expect(service.sinch.messages).toBe(before + 2);
  });

  test('keeps an aborted request running, and returns its response later', async () => {
    const proofline = client();
    const phoneNumber = number();
    const before = service.sinch.messages;
    const abort = new AbortController();
    const given = proofline.requestOtp({ phoneNumber }, { signal: abort.signal });
    abort.abort(new Error('gone elsewhere'));
    await expect(given).rejects.toThrow('gone elsewhere');
    await proofline.requestOtp({ phoneNumber });
    expect(service.sinch.messages).toBe(before + 1);
  });

  test("uses the service's clock for deadlines", async () => {
    const wrongClock: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const headers = new Headers(response.headers);
      headers.set('Date', new Date(Date.now() + 3_600_000).toUTCString());
      return new Response(await response.text(), { status: response.status, headers });
    };
    const proofline = client({ fetch: wrongClock });
    expect(Math.abs(proofline.now() - Date.now())).toBeLessThan(100);
    await refusal(proofline.status('0'.repeat(37)));
    expect(proofline.now() - Date.now()).toBeGreaterThan(3_590_000);
  });

  test('names the invalid field', async () => {
    const error = await refusal(client().requestOtp({ phoneNumber: '12', country: 'se' }));
    expect(error).toMatchObject({ code: 'invalid_request', status: 400 });
    expect(error.errors.map((fault) => fault.pointer)).toContain('/country');
  });

  test('speaks for an application, from an origin that it allows', async () => {
    const { publishableKey } = await createApplication(service, 'client-shop');
    const from = (origin: string): ProoflineOptions => ({
      publishableKey,
      fetch: (input, init) =>
        fetch(input, { ...init, headers: { ...(init?.headers as object), origin } }),
    });
    const sent = await client(from(ORIGIN)).requestOtp({ phoneNumber: number() });
    expect(sent.status).toBe('pending');
    const elsewhere = client(from('https://elsewhere.example'));
    const refused = await refusal(elsewhere.requestOtp({ phoneNumber: number() }));
    expect(refused).toMatchObject({ code: 'origin_not_allowed', status: 403 });
    const wrong = client({ publishableKey: `${publishableKey}x` });
    const unknown = await refusal(wrong.requestOtp({ phoneNumber: number() }));
    expect(unknown).toMatchObject({ code: 'key_invalid', status: 401 });
  });

  test('works from an allowed origin, with the headers that CORS exposes', async () => {
    const other = await TestService.start({ CORS_ORIGINS: 'https://shop.example' });
    try {
      const headers = { Origin: 'https://shop.example' };
      const exposed = (await other.get('/livez', headers)).headers.get(
        'access-control-expose-headers',
      );
      expect(exposed?.split(',')).toEqual(expect.arrayContaining(['Date', 'Retry-After']));
    } finally {
      await other.stop();
    }
  });
});
