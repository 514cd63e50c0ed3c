import { setTimeout as sleep } from 'node:timers/promises';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

function retryAfterOf(answer: Answer): number {
  expect(answer.headers.get('retry-after')).toBe(String(answer.body['retryAfter']));
  return Number(answer.body['retryAfter']);
}

describe('the cool-down of a number', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ LIMIT_RESEND_COOLDOWN_SECONDS: '30' });
  });
  afterAll(() => service.stop());

  const advanceCooldown = (phoneNumber: string, seconds: number) =>
    service.rows(
      `UPDATE phone_limits SET next_send_at = next_send_at - make_interval(secs => $2::int),
         last_send_at = last_send_at - make_interval(secs => $2::int)
       WHERE phone_key = $1`,
      [phoneNumber, seconds],
    );

  test('is 30 s, and a request succeeds after Retry-After', async () => {
    const phoneNumber = freshNumber();
    const first = await service.post('/request-otp', { phoneNumber });
    const wait = Date.parse(String(first.body['resendAt'])) - Date.now();
    expect(wait).toBeGreaterThan(28_000);
    expect(wait).toBeLessThanOrEqual(30_500);
    const second = await service.post('/request-otp', { phoneNumber });
    expect([second.status, second.body['code']]).toEqual([429, 'cooldown']);
    expect(retryAfterOf(second)).toBeGreaterThanOrEqual(29);
    expect(second.headers.get('ratelimit')).toBe(`"cooldown"; r=0; t=${retryAfterOf(second)}`);
    expect(second.headers.get('ratelimit-policy')).toBe('"cooldown"; q=1; w=30');
    await advanceCooldown(phoneNumber, retryAfterOf(second));
    expect((await service.post('/request-otp', { phoneNumber })).status).toBe(200);
  });

  test('doubles with every message, up to 1,920 s', async () => {
    const phoneNumber = freshNumber();
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      await service.request(phoneNumber);
      const refused = await service.post('/request-otp', { phoneNumber });
      waits.push(retryAfterOf(refused));
      await advanceCooldown(phoneNumber, retryAfterOf(refused));
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 1920, 1920]);
  });

  test('does not grow by a message that was not sent', async () => {
    const phoneNumber = freshNumber();
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    expect((await service.post('/request-otp', { phoneNumber })).status).toBe(503);
    await service.request(phoneNumber);
    const refused = await service.post('/request-otp', { phoneNumber });
    expect(retryAfterOf(refused)).toBeLessThanOrEqual(30);
  });

  test.each([
    ['23 hours 59 minutes', 60],
    ['24 hours', 30],
  ])('is, %s after the last message, %d s', async (ago, seconds) => {
    const phoneNumber = freshNumber();
    await service.request(phoneNumber);
    await service.rows(
      `UPDATE phone_limits SET next_send_at = now(), last_send_at = now() - $2::interval WHERE phone_key = $1`,
      [phoneNumber, ago],
    );
    await service.request(phoneNumber);
    const refused = await service.post('/request-otp', { phoneNumber });
    expect(retryAfterOf(refused)).toBeLessThanOrEqual(seconds);
    expect(retryAfterOf(refused)).toBeGreaterThan(seconds - 5);
  });

  test('starts over after a success', async () => {
    const phoneNumber = freshNumber();
    await service.request(phoneNumber);
    await advanceCooldown(phoneNumber, 30);
    const id = await service.request(phoneNumber);
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
    const refused = await service.post('/request-otp', { phoneNumber });
    expect(retryAfterOf(refused)).toBeLessThanOrEqual(30);
  });

  test('leaves the pending verification unchanged', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    for (let i = 0; i < 3; i += 1) await service.post('/request-otp', { phoneNumber });
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });
});

describe('the send limit of a number', () => {
  test('returns its name, policy and Retry-After', async () => {
    const service = await TestService.start({ LIMIT_SEND_PER_PHONE: '2/1h,3/24h' });
    try {
      const phoneNumber = freshNumber();
      await service.request(phoneNumber);
      await service.request(phoneNumber);
      const third = await service.post('/request-otp', { phoneNumber });
      expect(third.status).toBe(429);
      expect(third.body).toMatchObject({ code: 'rate_limited', limit: 'send-per-phone' });
      expect(retryAfterOf(third)).toBeGreaterThan(3595);
      expect(third.headers.get('ratelimit-policy')).toContain('"send-per-phone"; q=2; w=3600');
      expect(third.headers.get('ratelimit')).toContain(
        `"send-per-phone"; r=0; t=${retryAfterOf(third)}`,
      );
      expect(service.sinch.messages).toBe(2);
    } finally {
      await service.stop();
    }
  });
});

describe('limits per address', () => {
  const ask = (service: TestService, forwarded?: string) =>
    service.post(
      '/verify-otp',
      { verificationId: '0'.repeat(37), code: '1234' },
      forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    );

  test('of three requests refuse the fourth, with Retry-After and RateLimit fields', async () => {
    const service = await TestService.start({ LIMIT_CHECK_PER_IP: '3/1h' });
    try {
      for (let i = 0; i < 3; i += 1) expect((await ask(service)).status).toBe(404);
      const fourth = await ask(service);
      expect(fourth.status).toBe(429);
      expect(fourth.body).toMatchObject({ code: 'rate_limited', limit: 'check-per-ip' });
      expect(retryAfterOf(fourth)).toBeGreaterThan(3590);
      expect(fourth.headers.get('ratelimit')).toMatch(/^"check-per-ip"; r=0; t=\d+/);
    } finally {
      await service.stop();
    }
  });

  test('with several windows return the longest wait', async () => {
    const service = await TestService.start({ LIMIT_CHECK_PER_IP: '1/2s,2/1h' });
    try {
      expect((await ask(service)).status).toBe(404);
      const soon = await ask(service);
      expect(retryAfterOf(soon)).toBeLessThanOrEqual(2);
      await sleep(retryAfterOf(soon) * 1000);
      expect((await ask(service)).status).toBe(404);
      expect(retryAfterOf(await ask(service))).toBeGreaterThan(3590);
    } finally {
      await service.stop();
    }
  });

  test('ignore X-Forwarded-For from untrusted clients', async () => {
    const service = await TestService.start({ LIMIT_CHECK_PER_IP: '3/1h' });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 20; i += 1) statuses.push((await ask(service, `203.0.113.${i}`)).status);
      expect(statuses.filter((status) => status === 404)).toHaveLength(3);
    } finally {
      await service.stop();
    }
  });

  test("count a client behind Azure's proxy by its address without the port", async () => {
    const service = await TestService.start({
      LIMIT_CHECK_PER_IP: '1/1h',
      TRUST_PROXY: '127.0.0.1,10.0.0.0/8',
    });
    try {
      const statusOf = async (forwarded: string) => (await ask(service, forwarded)).status;
      expect(await statusOf('203.0.113.7:51234')).toBe(404);
      expect(await statusOf('203.0.113.7:51235')).toBe(429);
      expect(await statusOf('203.0.113.8:51234')).toBe(404);
      expect(await statusOf('[2001:db8::1]:443')).toBe(404);
      expect(await statusOf('2001:db8::2')).toBe(429);
      // A forged hop in front of the client, and a second trusted proxy with a port behind it.
      expect(await statusOf('198.51.100.1, 203.0.113.9:1024, 10.1.2.3:443')).toBe(404);
      expect(await statusOf('198.51.100.2, 203.0.113.9:1025, 10.1.2.4:443')).toBe(429);
      expect(service.log.events('http.client_address_unknown')).toEqual([]);
      const seen = service.log.events('http.request').map(({ ip }) => ip);
      expect(seen).toEqual(expect.arrayContaining(['203.0.113.7', '2001:db8::1', '203.0.113.9']));
    } finally {
      await service.stop();
    }
  });

  test('behind a trusted proxy count per client, per /64 for IPv6, and never per invalid address', async () => {
    const service = await TestService.start({
      LIMIT_CHECK_PER_IP: '2/1h',
      TRUST_PROXY: '127.0.0.1',
    });
    try {
      const statusOf = async (forwarded: string) => (await ask(service, forwarded)).status;
      expect(await statusOf('203.0.113.1')).toBe(404);
      expect(await statusOf('::ffff:203.0.113.1')).toBe(404);
      expect(await statusOf('203.0.113.1')).toBe(429);
      expect(await statusOf('203.0.113.2')).toBe(404);
      expect(await statusOf('2001:db8:1:1::1')).toBe(404);
      expect(await statusOf('2001:db8:1:1:ffff::2')).toBe(404);
      expect(await statusOf('2001:db8:1:1:1::3')).toBe(429);
      expect(await statusOf('2001:db8:1:2::1')).toBe(404);
      // Invalid addresses share the proxy's bucket, so that they do not get fresh ones.
      expect(await statusOf('garbage')).toBe(404);
      expect(await statusOf('_hidden')).toBe(404);
      expect(await statusOf('unknown')).toBe(429);
      expect(service.log.events('http.client_address_unknown')).toEqual([
        expect.objectContaining({
          level: 'warn',
          errorMessage: expect.stringContaining('"garbage"'),
        }),
      ]);
    } finally {
      await service.stop();
    }
  });

  test('behind a trusted proxy count the address that it saw, not what the client wrote before it', async () => {
    const service = await TestService.start({
      LIMIT_CHECK_PER_IP: '2/1h',
      TRUST_PROXY: '127.0.0.1,192.0.2.0/24',
    });
    try {
      const statusOf = async (forwarded: string) => (await ask(service, forwarded)).status;
      expect(await statusOf('198.51.100.1, 203.0.113.9')).toBe(404);
      expect(await statusOf('198.51.100.2, 203.0.113.9')).toBe(404);
      expect(await statusOf('198.51.100.3, 203.0.113.9')).toBe(429);
      // Further trusted proxies are passed over.
      expect(await statusOf('198.51.100.4, 203.0.113.9, 192.0.2.7')).toBe(429);
      expect(await statusOf('127.0.0.1, 203.0.113.9')).toBe(429);
      // Nobody can use up the limit of an address by naming it.
      for (let i = 1; i <= 3; i += 1)
        expect(await statusOf(`198.51.100.1, 203.0.113.${i}`)).toBe(404);
      expect(await statusOf('198.51.100.1')).toBe(404);
    } finally {
      await service.stop();
    }
  });
});
