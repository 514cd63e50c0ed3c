import { FakeSinch } from '../../support/fake-sinch.js';
import { TestService, freshNumber, type Answer } from '../../support/service.js';
import { problemFaults } from './support/problem.js';

const EXACTLY = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
  'cache-control': 'no-store',
};
/** Of the transport, or different every time. */
const VARYING = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'x-request-id'];

const withoutVarying = (answer: Answer) =>
  Object.fromEntries([...answer.headers].filter(([name]) => !VARYING.includes(name)));

const production = {
  NODE_ENV: 'production',
  SINCH_APPLICATION_KEY: FakeSinch.key,
  PROVIDER_ALLOW_LOOPBACK: 'true',
  OTP_COUNTRIES: '*',
  OTP_SECRET: 'abcdefghijklmnopqrstuvwxyz012345',
};

/** One answer of each kind. */
async function answersOf(service: TestService): Promise<Record<string, Answer>> {
  const phoneNumber = freshNumber();
  const sent = await service.post('/request-otp', { phoneNumber });
  const id = String(sent.body['verificationId']);
  return {
    sent,
    wrong: await service.verify(id, service.sinch.wrongCodeFor(phoneNumber)),
    verified: await service.verify(id, service.sinch.codeFor(phoneNumber)),
    again: await service.verify(id, service.sinch.codeFor(phoneNumber)),
    alive: await service.get('/livez'),
    ready: await service.get('/readyz'),
    invalid: await service.post('/request-otp', {}),
    unsupported: await service.call('POST', '/request-otp', 'x', { 'content-type': 'text/plain' }),
    large: await service.post('/request-otp', { a: 'x'.repeat(9000) }),
    nowhere: await service.get('/nowhere'),
    malformed: await service.get('/%ff'),
    failed: await failedSend(service),
  };
}

function failedSend(service: TestService): Promise<Answer> {
  service.sinch.answer('POST', 500, { errorCode: 50000 });
  return service.post('/request-otp', { phoneNumber: freshNumber() });
}

describe.each([
  ['in development', {}],
  ['in production', production],
])('every answer of the API %s', (_name, environment: Record<string, string>) => {
  let service: TestService;
  let answers: Record<string, Answer>;
  beforeAll(async () => {
    service = await TestService.start(environment);
    answers = await answersOf(service);
  });
  afterAll(() => service.stop());

  test('has exactly these headers', () => {
    for (const answer of Object.values(answers)) {
      const { 'retry-after': _wait, ...headers } = withoutVarying(answer);
      expect(headers).toEqual(EXACTLY);
    }
  });

  test('says what type and charset its body has', () => {
    for (const { status, headers, text } of Object.values(answers)) {
      const type = status === 200 ? 'application/json' : 'application/problem+json';
      expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    }
  });

  test('is never a redirect, however the request says it came', async () => {
    const faults: string[] = [];
    for (const path of ['/', '/livez', '/livez/', '//livez', '/docs', '/docs/', '/simulator/', '/assets', '/request-otp/', '//evil.test/..', '/\\evil.test']) {
      for (const method of ['GET', 'POST', 'HEAD']) {
        const response = await fetch(service.url + path, {
          method,
          redirect: 'manual',
          headers: { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.test', 'upgrade-insecure-requests': '1' },
        });
        await response.text();
        if (response.status >= 300 && response.status < 400) faults.push(`${method} ${path}: ${response.status}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test('names its request as the caller did, when that is sane', async () => {
    const sane = [
      ...['abcdefgh', 'A1-b2_c3.d4', 'x'.repeat(64), '4bf92f3577b34da6a3ce929d0e0e4736'],
      ...['12345678-1234-4234-8234-123456789012', '1-67891233-abcdef012345678912345678', '1029384756102938475'],
    ];
    for (const id of sane) {
      const answer = await service.get('/livez', { 'x-request-id': id });
      expect(answer.headers.get('x-request-id')).toBe(id);
    }
  });

  test('does not take a phone number for the name of a request', async () => {
    for (const id of ['14155552671', '1-415-555-2671', '0701234567', 'to-14155552671', '14155552671.a', '4670.1234567']) {
      const answer = await service.get('/livez', { 'x-request-id': id });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
  });
});

test('the public keys may be kept for a while, and nothing else', async () => {
  const service = await TestService.start();
  try {
    const answer = await service.get('/.well-known/jwks.json');
    expect(withoutVarying(answer)).toEqual({ ...EXACTLY, 'cache-control': 'public, max-age=300' });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  } finally {
    await service.stop();
  }
});

test('limits say how much is left', async () => {
  const service = await TestService.start({ LIMIT_SEND_PER_IP: '1/1h' });
  try {
    const names = (answer: Answer) =>
      Object.keys(withoutVarying(answer)).filter((name) => !Object.hasOwn(EXACTLY, name)).sort();
    expect(names(await service.post('/request-otp', {}))).toEqual(['ratelimit', 'ratelimit-policy']);
    expect(names(await service.post('/request-otp', {}))).toEqual(['ratelimit', 'ratelimit-policy', 'retry-after']);
  } finally {
    await service.stop();
  }
});

describe('CORS', () => {
  const ORIGINS = ['https://app.example.com', 'http://localhost:5173'];
  const STRANGERS = [
    ...['https://evil.test', 'null', '*', 'https://app.example.com.evil.test', 'http://app.example.com', 'https://APP.example.com'],
    ...['https://app.example.com:8443', 'https://evil.test#https://app.example.com', 'https://sub.app.example.com', 'file://'],
  ];
  const preflight = (service: TestService, origin: string) =>
    service.call('OPTIONS', '/request-otp', undefined, {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    });
  const corsHeaders = (answer: Answer) =>
    [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));

  test('is off unless it is switched on', async () => {
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

    test.each(ORIGINS)('lets %s in, without credentials', async (origin) => {
      const asked = await preflight(service, origin);
      expect([asked.status, asked.text]).toEqual([204, '']);
      expect(Object.fromEntries([...asked.headers].filter(([name]) => /^access-control|^vary/.test(name)))).toEqual({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET,POST,DELETE',
        'access-control-allow-headers': 'Content-Type,Idempotency-Key,X-Request-Id',
        'access-control-expose-headers': 'Retry-After,RateLimit,RateLimit-Policy,X-Request-Id',
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
          'Retry-After,RateLimit,RateLimit-Policy,X-Request-Id',
        );
        expect(answer.headers.get('vary')).toBe('Origin');
      }
    });

    test.each(STRANGERS)('keeps %s out', async (origin) => {
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

describe('what is switched on only on purpose', () => {
  const DOCUMENTS = ['/openapi.json', '/docs', '/docs/assets/swagger-ui.css'];
  const DEMO = ['/', '/simulator', '/simulator/inbox', '/simulator/inbox?to=%2B14155552671', '/favicon.svg', '/assets/js/dom.js'];
  const NEVER = ['/metrics', '/admin', '/debug', '/healthz', '/verification/v1/verifications', '/xms/v1/x/batches'];

  const expectNone = async (service: TestService, paths: readonly string[]) => {
    for (const path of paths) expect(problemFaults(await service.get(path), 404, 'not_found')).toEqual([]);
  };

  test('in production there are no documents, no demo and no phones', async () => {
    const service = await TestService.start(production);
    try {
      await expectNone(service, [...DOCUMENTS, ...DEMO, ...NEVER]);
    } finally {
      await service.stop();
    }
  });

  test('DOCS=true brings the documents to production, and not the demo', async () => {
    const service = await TestService.start({ ...production, DOCS: 'true' });
    try {
      expect((await service.get('/openapi.json')).status).toBe(200);
      await expectNone(service, ['/', '/simulator', '/simulator/inbox', ...NEVER]);
    } finally {
      await service.stop();
    }
  });

  test('DOCS=false takes the documents away in development', async () => {
    const service = await TestService.start({ DOCS: 'false' });
    try {
      await expectNone(service, [...DOCUMENTS, ...NEVER]);
    } finally {
      await service.stop();
    }
  });
});
