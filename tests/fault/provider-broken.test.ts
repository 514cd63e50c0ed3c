import { createServer, type Server } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { ERROR_CATALOGUE } from '../../src/errors/error-catalogue.js';
import { noteSecret } from '../support/evidence.js';
import { FakeSinch } from '../support/fake-sinch.js';
import { TestService, freshNumber } from '../support/service.js';
import { selfSignedCertificate } from './support/self-signed-certificate.js';
import { percentile, tally } from './support/client.js';
import { ProcessHarness } from './support/process-harness.js';

const MEBIBYTE = 1024 * 1024;

const request = (harness: ProcessHarness) => {
  const phoneNumber = freshNumber();
  noteSecret(phoneNumber);
  return harness.client.post('/request-otp', { phoneNumber });
};

const slowSuccess = (_req: unknown, res: ServerResponse) =>
  void setTimeout(() => {
    res.writeHead(200, { 'Content-Type': 'application/json' });
    res.end('{"id":"slow","method":"sms"}');
  }, 2_000);

describe('a provider that keeps failing', () => {
  test('opens the circuit, is probed once after 30 s and closes it on success', async () => {
    const harness = await ProcessHarness.start(1, { PROVIDER_BREAKER_FAILURES: '5' });
    try {
      const failures: [status: number, answer: [status: number, code: string]][] = [
        [503, [503, 'provider_unavailable']],
        [500, [504, 'provider_outcome_unknown']],
        [502, [504, 'provider_outcome_unknown']],
        [504, [504, 'provider_outcome_unknown']],
        [503, [503, 'provider_unavailable']],
      ];
      for (const [status] of failures) harness.sinch.answer('POST', status, '<html>');
      const replies: number[] = [];
      let openedAt = 0;
      for (let i = 0; i < 20; i += 1) {
        const startedAt = performance.now();
        const answer = await request(harness);
        const [, expected] = failures[i] ?? [0, [503, 'provider_unavailable']];
        expect([answer.status, answer.body['code']]).toEqual(expected);
        if (i === 4) openedAt = performance.now();
        if (i > 4) replies.push(performance.now() - startedAt);
      }
      const sends = () => harness.sinch.calls.filter(({ method }) => method === 'POST').length;
      expect(sends()).toBe(5);
      expect(percentile(replies, 0.5)).toBeLessThan(50);
      const states =
        'SELECT status, count(*)::int AS n FROM verifications GROUP BY status ORDER BY status';
      expect(await harness.rows(states)).toEqual([
        { status: 'failed', n: 17 },
        { status: 'pending', n: 3 },
      ]);

      const refused = await request(harness);
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(20);
      await sleep(wait * 1000);
      // One request probes the provider; the others get 503.
      harness.sinch.misbehave('POST', slowSuccess);
      const [probe, ...others] = await Promise.all(
        Array.from({ length: 10 }, () => request(harness)),
      );
      expect(tally([probe!, ...others])).toEqual({ 200: 1, 503: 9 });
      expect(sends()).toBe(6);
      expect((await request(harness)).status).toBe(200);
      expect(performance.now() - openedAt).toBeLessThan(35_000);
    } finally {
      await harness.stop();
    }
  }, 120_000);
});

describe('a provider that rejects our credentials', () => {
  test('returns a bare 502, alerts once a minute and leaks no credential', async () => {
    const harness = await ProcessHarness.start(1, { PROVIDER_BREAKER_FAILURES: '5' });
    try {
      harness.sinch.answer('POST', 401, { errorCode: 40102, message: FakeSinch.secret }, {}, 10);
      harness.sinch.answer('POST', 403, { errorCode: 40302, message: FakeSinch.key }, {}, 10);
      for (let i = 0; i < 20; i += 1) {
        const answer = await request(harness);
        expect([answer.status, answer.body['code']]).toEqual([502, 'provider_rejected']);
        expect(answer.text).not.toContain(FakeSinch.key);
        expect(answer.text).not.toContain(FakeSinch.secret);
        expect(answer.body['detail']).toBe(ERROR_CATALOGUE.provider_rejected.detail);
      }
      expect(harness.service.log.events('provider.needs_operator')).toHaveLength(1);
      const output = harness.service.log.lines.join('') + harness.service.errorOutput;
      expect(output).not.toContain(FakeSinch.key);
      expect(output).not.toMatch(/authorization|Application [0-9a-f-]{36}/i);
    } finally {
      await harness.stop();
    }
  });
});

describe('a provider with an oversized response', () => {
  const fiftyMebibytes = (_req: unknown, res: ServerResponse) => {
    res.writeHead(200, { 'Content-Type': 'application/json' });
    const chunk = Buffer.alloc(MEBIBYTE, ' ');
    let left = 50;
    const more = (): void => {
      while (left > 0 && !res.destroyed) {
        left -= 1;
        if (!res.write(chunk)) return void res.once('drain', more);
      }
      res.end();
    };
    more();
  };
  const bomb = gzipSync(Buffer.alloc(50 * MEBIBYTE));
  const gzipBomb = (_req: unknown, res: ServerResponse) => {
    res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
    res.end(bomb);
  };

  test('gets a 502 without memory growth', async () => {
    const harness = await ProcessHarness.start(1);
    try {
      for (let i = 0; i < 100; i += 1) expect((await request(harness)).status).toBe(200);
      const before = harness.service.memory();
      let most = before;
      for (let i = 0; i < 10; i += 1) {
        harness.sinch.misbehave('POST', i % 2 === 0 ? fiftyMebibytes : gzipBomb);
        const answer = await request(harness);
        expect([answer.status, answer.body['code']]).toEqual([502, 'provider_rejected']);
        most = Math.max(most, harness.service.memory());
      }
      expect(most - before).toBeLessThan(20);
    } finally {
      await harness.stop();
    }
  });
});

describe('an impersonated provider', () => {
  let impostor: Server;
  const received: string[] = [];
  beforeAll(async () => {
    impostor = createServer(selfSignedCertificate(), (req, res) => {
      received.push(req.url ?? '');
      res.end('{}');
    });
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => impostor.close(resolve)));

  test.each([
    [
      'with a self-signed certificate',
      () => `https://localhost:${(impostor.address() as AddressInfo).port}`,
    ],
    ['with an unknown host name', () => 'https://sinch.invalid'],
  ])('%s receives nothing, and the request gets 503', async (_what, url) => {
    const service = await TestService.start({ SINCH_VERIFICATION_URL: url() });
    try {
      const startedAt = performance.now();
      const answer = await service.post('/request-otp', { phoneNumber: freshNumber() });
      expect([answer.status, answer.body['code']]).toEqual([503, 'provider_unavailable']);
      expect(performance.now() - startedAt).toBeLessThan(6_000);
      expect(received).toEqual([]);
    } finally {
      await service.stop();
    }
  });
});
