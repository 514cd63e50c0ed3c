import { problemFaults } from './support/problem.js';
import { TestService, type Answer } from '../../support/service.js';

describe('CORS', () => {
  const ORIGINS = ['https://app.example.com', 'http://localhost:5173'];
  const STRANGERS = [
    'https://evil.test',
    'null',
    '*',
    'https://app.example.com.evil.test',
    'http://app.example.com',
    'https://APP.example.com',
    'https://app.example.com:8443',
    'https://evil.test#https://app.example.com',
    'https://sub.app.example.com',
    'file://',
  ];
  const preflight = (service: TestService, origin: string) =>
    service.call('OPTIONS', '/request-otp', undefined, {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    });
  const corsHeaders = (answer: Answer) =>
    [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));

  test('is off by default', async () => {
    const service = await TestService.start();
    try {
      for (const origin of [...ORIGINS, ...STRANGERS]) {
        const refused = await preflight(service, origin);
        expect(problemFaults(refused, 405, 'method_not_allowed')).toEqual([]);
        expect(corsHeaders(refused)).toEqual([]);
        expect(corsHeaders(await service.get('/livez', { origin }))).toEqual([]);
        expect(corsHeaders(await service.post('/request-otp', {}, { origin }))).toEqual([]);
      }
    } finally {
      await service.stop();
    }
  });

  describe('for listed origins', () => {
    let service: TestService;
    beforeAll(async () => {
      service = await TestService.start({ CORS_ORIGINS: ORIGINS.join(', ') });
    });
    afterAll(() => service.stop());

    test.each(ORIGINS)('allows %s, without credentials', async (origin) => {
      const asked = await preflight(service, origin);
      expect([asked.status, asked.text]).toEqual([204, '']);
      expect(
        Object.fromEntries(
          [...asked.headers].filter(([name]) => /^access-control|^vary/.test(name)),
        ),
      ).toEqual({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET,POST,DELETE',
        'access-control-allow-headers':
          'Authorization,Content-Type,Idempotency-Key,Proofline-Key,X-Request-Id',
        'access-control-expose-headers': 'Date,Retry-After,RateLimit,RateLimit-Policy,X-Request-Id',
        'access-control-max-age': '600',
        vary: 'Origin',
      });
      for (const answer of [
        await service.get('/livez', { origin }),
        await service.post('/request-otp', {}, { origin }),
        await service.get('/nowhere', { origin }),
      ]) {
        expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
        expect(answer.headers.get('access-control-expose-headers')).toBe(
          'Date,Retry-After,RateLimit,RateLimit-Policy,X-Request-Id',
        );
        expect(answer.headers.get('vary')).toBe('Origin');
      }
    });

    test.each(STRANGERS)('does not allow %s', async (origin) => {
      for (const answer of [
        await preflight(service, origin),
        await service.get('/livez', { origin }),
        await service.post('/request-otp', {}, { origin }),
      ]) {
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
        expect(answer.headers.get('vary')).toBe('Origin');
      }
    });
  });
});
