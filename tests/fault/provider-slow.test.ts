import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosProxy } from '../support/chaos-proxy.js';
import { noteSecret } from '../support/evidence.js';
import { freshNumber, type Answer } from '../support/service.js';
import { Stage } from './support/stage.js';

const hang = (_req: unknown, res: ServerResponse) =>
  void setTimeout(() => res.destroy(), 30_000).unref();
const drip = (_req: unknown, res: ServerResponse) => {
  res.writeHead(200, { 'Content-Type': 'application/json' });
  const timer = setInterval(() => res.write(' '), 500);
  res.on('close', () => clearInterval(timer));
};

describe('a provider that takes 30 s', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set(1);
  });
  afterAll(() => stage.strike());

  const ask = async (): Promise<{ phoneNumber: string; answer: Answer; tookMs: number }> => {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    const startedAt = performance.now();
    const answer = await stage.client.post('/request-otp', { phoneNumber });
    return { phoneNumber, answer, tookMs: performance.now() - startedAt };
  };

  test('or a byte every half second: 504 within 6 s, one call each and none later, and the code still counts', async () => {
    stage.sinch.misbehave('POST', hang);
    stage.sinch.misbehave('POST', drip);
    const both = await Promise.all([ask(), ask()]);
    for (const { answer, tookMs } of both) {
      expect([answer.status, answer.body['code']]).toEqual([504, 'provider_outcome_unknown']);
      expect(tookMs).toBeLessThan(6_000);
      // Not given up before its time either.
      expect(tookMs).toBeGreaterThan(4_900);
    }
    await sleep(8_000);
    expect(stage.sinch.calls.map((call) => call.method)).toEqual(['POST', 'POST']);
    for (const { phoneNumber, answer } of both) {
      // The provider did send after all.
      const call = stage.sinch.calls.find((one) => one.body.includes(phoneNumber))!;
      const reference = String(call.json['reference']);
      const id = `late-${phoneNumber.slice(1)}`;
      stage.sinch.started.push({
        id,
        method: 'sms',
        number: phoneNumber,
        reference,
        code: '4711',
        status: 'PENDING',
      });
      const check = await stage.client.verify(String(answer.body['verificationId']), '4711');
      expect(check.status).toBe(200);
    }
  });

  test('holds up nobody who does not need it', async () => {
    stage.sinch.misbehave('POST', hang, 40);
    const waiting = Promise.all(Array.from({ length: 40 }, ask));
    await sleep(300);
    const startedAt = performance.now();
    expect((await stage.client.get('/readyz')).status).toBe(200);
    expect((await stage.client.verify('0'.repeat(37), '4711')).status).toBe(404);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await waiting).map(({ answer }) => answer.status)).toEqual(Array<number>(40).fill(504));
  });
});

describe('a network between us and the provider', () => {
  let stage: Stage;
  let proxy: ChaosProxy;
  beforeAll(async () => {
    stage = await Stage.set(0);
    proxy = await ChaosProxy.start(stage.sinch.url);
    await stage.add({
      SINCH_VERIFICATION_URL: proxy.inFrontOf(stage.sinch.url),
      PROVIDER_TIMEOUT_MS: '1000',
    });
  });
  afterEach(() => proxy.suffer({}));
  afterAll(async () => {
    await stage.strike();
    await proxy.close();
  });

  const request = () => {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    return stage.client.post('/request-otp', { phoneNumber });
  };

  test('that is slow is waited for', async () => {
    proxy.suffer({ latencyMs: 150 });
    expect((await request()).status).toBe(200);
  });

  test('that is closed has certainly sent nothing, and is used again when it is open', async () => {
    await proxy.refuse();
    const before = stage.sinch.calls.length;
    const answer = await request();
    expect([answer.status, answer.body['code']]).toEqual([503, 'provider_unavailable']);
    expect(stage.sinch.calls.length).toBe(before);
    await proxy.listen();
    expect((await request()).status).toBe(200);
  });

  test.each([
    ['freezes', { frozen: true }, 1],
    ['swallows what we say', { dropped: true }, 0],
    ['drips the answer', { dripMs: 100 }, 1],
  ])(
    'that %s: 504 in time, one call at most, also when it recovers',
    async (_what, trouble, calls) => {
      const before = stage.sinch.calls.length;
      proxy.suffer(trouble);
      const startedAt = performance.now();
      const answer = await request();
      expect([answer.status, answer.body['code']]).toEqual([504, 'provider_outcome_unknown']);
      expect(performance.now() - startedAt).toBeLessThan(2_500);
      proxy.suffer({});
      await sleep(500);
      expect(stage.sinch.calls.length - before).toBeLessThanOrEqual(calls);
      expect((await request()).status).toBe(200);
    },
  );

  test('that resets while the provider works: 504, one call', async () => {
    const before = stage.sinch.calls.length;
    stage.sinch.misbehave('POST', () => proxy.reset());
    expect((await request()).status).toBe(504);
    expect(stage.sinch.calls.length - before).toBe(1);
  });
});
