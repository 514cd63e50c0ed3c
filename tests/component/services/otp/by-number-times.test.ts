import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestService, freshNumber } from '../../../support/service.js';

const LATENCY_MS = 150;
const STEP_MS = 400;
const ROUNDS = 10;
/** A code that is sent to Sinch for comparison, and one that no SMS can carry. */
const CODES = { digits: '0000', 'a caller number': '+14155550100' };

const slowRefusal = (_req: IncomingMessage, res: ServerResponse) =>
  void setTimeout(() => {
    res.writeHead(400, { 'Content-Type': 'application/json' });
    res.end('{"errorCode":40003,"message":"Invalid identity or code."}');
  }, LATENCY_MS);

const medianOf = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

describe.each(Object.entries(CODES))('a refused check by number with %s', (_what, code) => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ VERIFY_BY_PHONE_STEP_MS: String(STEP_MS) });
    service.sinch.misbehave('PUT', slowRefusal, ROUNDS);
  });
  afterAll(() => service.stop());

  const timed = async (phoneNumber: string) => {
    const startedAt = performance.now();
    const answer = await service.post('/verify-otp', { phoneNumber, code });
    expect([answer.status, answer.body['code']]).toEqual([401, 'code_invalid']);
    return performance.now() - startedAt;
  };

  test('takes equally long with and without a pending code', async () => {
    const [withCode, without]: [number[], number[]] = [[], []];
    for (let i = 0; i < ROUNDS; i += 1) {
      const number = freshNumber();
      await service.request(number);
      withCode.push(await timed(number));
      without.push(await timed(freshNumber()));
    }
    for (const time of [...withCode, ...without]) expect(time).toBeGreaterThan(STEP_MS - 5);
    expect(Math.abs(medianOf(withCode) - medianOf(without))).toBeLessThan(LATENCY_MS / 5);
  });
});

test('a right code by number is answered without delay', async () => {
  const service = await TestService.start({ VERIFY_BY_PHONE_STEP_MS: '5000' });
  try {
    const phoneNumber = freshNumber();
    await service.request(phoneNumber);
    const startedAt = performance.now();
    const code = service.sinch.codeFor(phoneNumber);
    expect((await service.post('/verify-otp', { phoneNumber, code })).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(4000);
  } finally {
    await service.stop();
  }
});

describe('refusals that are padded', () => {
  const phoneNumber = freshNumber();
  let service: TestService;
  beforeAll(async () => {
    // Four places for requests.
    const places = { PROVIDER_MAX_CONCURRENT: '2' };
    service = await TestService.start({
      ...places,
      VERIFY_BY_PHONE_STEP_MS: '1500',
      ACCOUNTS: 'true',
    });
  });
  afterAll(() => service.stop());

  test.each([
    ['/verify-otp', { phoneNumber, code: '000000' }, 'code_invalid'],
    ['/auth/login', { phoneNumber, password: 'a wrong password' }, 'credentials_invalid'],
  ])('by %s keep nobody out while they sleep', async (path, body, code) => {
    const refusals = Array.from({ length: 12 }, () => service.post(path, body));
    await sleep(500);
    const startedAt = performance.now();
    const innocent = await service.post('/proofs/introspect', { proof: 'a' });
    expect([innocent.status, innocent.body]).toEqual([200, { active: false }]);
    expect(performance.now() - startedAt).toBeLessThan(900);
    const answers = await Promise.all(refusals);
    expect(answers.map((answer) => answer.body['code'])).toEqual(Array(12).fill(code));
  });
});
