import { TestService, freshNumber, type Answer } from '../../support/service.js';
import { PRODUCTION } from './support/production.js';

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
/** Headers of the transport, or with variable values. */
const VARYING = [
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'x-request-id',
  'retry-after',
];

const withoutVarying = (answer: Answer) =>
  Object.fromEntries([...answer.headers].filter(([name]) => !VARYING.includes(name)));

/** One response of each kind. */
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
  service.sinch.answer('POST', 503, { errorCode: 50300 });
  return service.post('/request-otp', { phoneNumber: freshNumber() });
}

describe.each([
  ['in development', {}],
  ['in production', PRODUCTION],
])('every response of the API %s', (_name, environment: Record<string, string>) => {
  let service: TestService;
  let answers: Record<string, Answer>;
  beforeAll(async () => {
    service = await TestService.start(environment);
    answers = await answersOf(service);
  });
  afterAll(() => service.stop());

  test('has exactly these headers', () => {
    for (const answer of Object.values(answers)) {
      expect(withoutVarying(answer)).toEqual(EXACTLY);
    }
  });

  test('declares the type and charset of its body', () => {
    for (const { status, headers, text } of Object.values(answers)) {
      const type = status === 200 ? 'application/json' : 'application/problem+json';
      expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    }
  });

  test('is never a redirect, whatever the forwarding headers say', async () => {
    const faults: string[] = [];
    for (const path of [
      '/',
      '/livez',
      '/livez/',
      '//livez',
      '/docs',
      '/docs/',
      '/simulator/',
      '/assets',
      '/request-otp/',
      '//evil.test/..',
      '/\\evil.test',
    ]) {
      for (const method of ['GET', 'POST', 'HEAD']) {
        const response = await fetch(service.url + path, {
          method,
          redirect: 'manual',
          headers: {
            'x-forwarded-proto': 'http',
            'x-forwarded-host': 'evil.test',
            'upgrade-insecure-requests': '1',
          },
        });
        await response.text();
        if (response.status >= 300 && response.status < 400)
          faults.push(`${method} ${path}: ${response.status}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test('repeats the caller’s request id if it is acceptable', async () => {
    const sane = [
      'abcdefgh',
      'A1-b2_c3.d4',
      'x'.repeat(64),
      '4bf92f3577b34da6a3ce929d0e0e4736',
      '12345678-1234-4234-8234-123456789012',
      '1-67891233-abcdef012345678912345678',
      '1029384756102938475',
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      'req-20261130-00017',
      'req1732999999999x',
      'order-1234567',
    ];
    for (const id of sane) {
      const answer = await service.get('/livez', { 'x-request-id': id });
      expect(answer.headers.get('x-request-id')).toBe(id);
    }
  });

  test('replaces a request id that is too short or too long, or contains a phone number', async () => {
    for (const id of [
      'abcdefg',
      'a'.repeat(65),
      '14155552671',
      '1-415-555-2671',
      '0701234567',
      'to-14155552671',
      '14155552671.a',
      '4670.1234567',
      'tel14155552671',
      'user_14155552671x',
      'call-1-415-555-2671-a',
      'sms.0046.70.123.45.67.x',
      'call-415-555-2671',
      'f447400123461b',
      '000004915123456783',
    ]) {
      const answer = await service.get('/livez', { 'x-request-id': id });
      expect(answer.headers.get('x-request-id')).toMatch(
        /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      );
    }
  });
});

test('only the public keys are cacheable', async () => {
  const service = await TestService.start();
  try {
    const answer = await service.get('/.well-known/jwks.json');
    expect(withoutVarying(answer)).toEqual({ ...EXACTLY, 'cache-control': 'public, max-age=300' });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  } finally {
    await service.stop();
  }
});

test('limits report the remaining quota', async () => {
  const service = await TestService.start({ LIMIT_SEND_PER_IP: '1/1h' });
  try {
    const names = (answer: Answer) =>
      Object.keys(withoutVarying(answer))
        .filter((name) => !Object.hasOwn(EXACTLY, name))
        .sort();
    expect(names(await service.post('/request-otp', {}))).toEqual([
      'ratelimit',
      'ratelimit-policy',
    ]);
    expect(names(await service.post('/request-otp', {}))).toEqual([
      'ratelimit',
      'ratelimit-policy',
    ]);
  } finally {
    await service.stop();
  }
});
