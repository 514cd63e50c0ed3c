import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosProxy } from '../support/chaos-proxy.js';
import { noteSecret } from '../support/evidence.js';
import { freshNumber, type Answer } from '../support/service.js';
import { ProcessHarness } from './support/process-harness.js';

const hang = (_req: unknown, res: ServerResponse) =>
  void setTimeout(() => res.destroy(), 30_000).unref();
const drip = (_req: unknown, res: ServerResponse) => {
  res.writeHead(200, { 'Content-Type': 'application/json' });
  const timer = setInterval(() => res.write(' '), 500);
  res.on('close', () => clearInterval(timer));
};

describe('a provider that takes 30 s', () => {
  let harness: ProcessHarness;
  beforeAll(async () => {
    harness = await ProcessHarness.start(1);
  });
  afterAll(() => harness.stop());

  const ask = async (): Promise<{ phoneNumber: string; answer: Answer; tookMs: number }> => {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    const startedAt = performance.now();
    const answer = await harness.client.post('/request-otp', { phoneNumber });
    return { phoneNumber, answer, tookMs: performance.now() - startedAt };
  };

  test('or drips one byte every 500 ms: 504 within 6 s, one call each, and the code still works', async () => {
    harness.sinch.misbehave('POST', hang);
    harness.sinch.misbehave('POST', drip);
    const both = await Promise.all([ask(), ask()]);
    for (const { answer, tookMs } of both) {
      expect([answer.status, answer.body['code']]).toEqual([504, 'provider_outcome_unknown']);
      expect(tookMs).toBeLessThan(6_000);
      expect(tookMs).toBeGreaterThan(4_900);
    }
    await sleep(8_000);
    expect(harness.sinch.calls.map((call) => call.method)).toEqual(['POST', 'POST']);
    for (const { phoneNumber, answer } of both) {
      // The provider sent the message nevertheless.
      const call = harness.sinch.calls.find((one) => one.body.includes(phoneNumber))!;
      const reference = String(call.json['reference']);
      const id = `late-${phoneNumber.slice(1)}`;
      harness.sinch.started.push({
        id,
        method: 'sms',
        number: phoneNumber,
        reference,
        code: '4711',
        status: 'PENDING',
      });
      const check = await harness.client.verify(String(answer.body['verificationId']), '4711');
      expect(check.status).toBe(200);
    }
  });

  test('does not delay requests that need no provider', async () => {
    harness.sinch.misbehave('POST', hang, 40);
    const waiting = Promise.all(Array.from({ length: 40 }, ask));
    await sleep(300);
    const startedAt = performance.now();
    expect((await harness.client.get('/readyz')).status).toBe(200);
    expect((await harness.client.verify('0'.repeat(37), '4711')).status).toBe(404);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await waiting).map(({ answer }) => answer.status)).toEqual(Array<number>(40).fill(504));
  });
});

describe('a network to the provider', () => {
  let harness: ProcessHarness;
  let proxy: ChaosProxy;
  beforeAll(async () => {
    harness = await ProcessHarness.start(0);
    proxy = await ChaosProxy.start(harness.sinch.url);
    await harness.add({
      SINCH_VERIFICATION_URL: proxy.proxied(harness.sinch.url),
      PROVIDER_TIMEOUT_MS: '1000',
    });
  });
  afterEach(() => proxy.apply({}));
  afterAll(async () => {
    await harness.stop();
    await proxy.close();
  });

  const request = () => {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    return harness.client.post('/request-otp', { phoneNumber });
  };

  test('with latency below the timeout succeeds', async () => {
    proxy.apply({ latencyMs: 150 });
    expect((await request()).status).toBe(200);
  });

  test('that refuses connections gives 503 without a call, and works when restored', async () => {
    await proxy.refuse();
    const before = harness.sinch.calls.length;
    const answer = await request();
    expect([answer.status, answer.body['code']]).toEqual([503, 'provider_unavailable']);
    expect(harness.sinch.calls.length).toBe(before);
    await proxy.listen();
    expect((await request()).status).toBe(200);
  });

  test.each([
    ['freezes', { frozen: true }, 1],
    ['drops requests', { dropped: true }, 0],
    ['drips the response', { dripMs: 100 }, 1],
  ])(
    'that %s: 504 within the timeout, at most one call, also after recovery',
    async (_what, faults, calls) => {
      const before = harness.sinch.calls.length;
      proxy.apply(faults);
      const startedAt = performance.now();
      const answer = await request();
      expect([answer.status, answer.body['code']]).toEqual([504, 'provider_outcome_unknown']);
      expect(performance.now() - startedAt).toBeLessThan(2_500);
      proxy.apply({});
      await sleep(500);
      expect(harness.sinch.calls.length - before).toBeLessThanOrEqual(calls);
      expect((await request()).status).toBe(200);
    },
  );

  test('that resets during the call: 504 and one call', async () => {
    const sends = () => harness.sinch.calls.filter(({ method }) => method === 'POST').length;
    const before = sends();
    harness.sinch.misbehave('POST', () => proxy.reset());
    expect((await request()).status).toBe(504);
    expect(sends() - before).toBe(1);
  });
});
