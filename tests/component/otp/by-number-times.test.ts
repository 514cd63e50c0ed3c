import type { IncomingMessage, ServerResponse } from 'node:http';
import { TestService, freshNumber } from '../../support/service.js';

const LATENCY_MS = 150;
const PAIRS = 40;

/** As a provider that needs its time and says no. */
const slowRefusal = (_req: IncomingMessage, res: ServerResponse) =>
  void setTimeout(() => {
    res.writeHead(400, { 'Content-Type': 'application/json' });
    res.end('{"errorCode":40003,"message":"Invalid identity or code."}');
  }, LATENCY_MS);

const medianOf = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

describe('a refusal by number', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
    service.sinch.misbehave('PUT', slowRefusal, 10 + PAIRS);
  });
  afterAll(() => service.stop());

  const timed = async (phoneNumber: string) => {
    const startedAt = performance.now();
    const answer = await service.post('/verify-otp', { phoneNumber, code: '0000' });
    expect([answer.status, answer.body['code']]).toEqual([401, 'code_invalid']);
    return performance.now() - startedAt;
  };

  test('takes as long whether a code is out or not', async () => {
    const [withCode, without]: [number[], number[]] = [[], []];
    for (let i = 0; i < 10 + PAIRS; i += 1) {
      const [number, other] = [freshNumber(), freshNumber()];
      await service.request(number);
      const times = [await timed(number), await timed(other)];
      // The first ones teach the service what is usual.
      if (i < 10) continue;
      withCode.push(times[0]!);
      without.push(times[1]!);
    }
    expect(medianOf(withCode)).toBeGreaterThan(LATENCY_MS);
    expect(Math.abs(medianOf(withCode) - medianOf(without))).toBeLessThan(LATENCY_MS / 5);
  });
});
