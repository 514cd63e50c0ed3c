import { footprint } from './support/footprint.js';
import { named, problemFaults } from './support/problem.js';
import { exchange, rawPost } from './support/raw.js';
import { TestService, freshNumber } from '../../support/service.js';

const NOBODY = '0'.repeat(37);
const ALLOWED: Readonly<Record<string, string>> = {
  '/request-otp': 'POST',
  '/send-otp': 'POST',
  '/verify-otp': 'POST',
  [`/verifications/${NOBODY}`]: 'GET, HEAD, DELETE',
  [`/verifications/${NOBODY}/resend`]: 'POST',
  '/proofs/introspect': 'POST',
  '/proofs/spend': 'POST',
  '/callbacks/sinch/verification': 'POST',
  '/livez': 'GET, HEAD',
  '/readyz': 'GET, HEAD',
  '/.well-known/jwks.json': 'GET, HEAD',
};
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'PROPFIND',
  'SEARCH',
  'LINK',
  'REPORT',
  'NOTIFY',
];

describe('methods', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  test.each(Object.entries(ALLOWED))(
    '%s serves %s and refuses every other',
    async (path, allow) => {
      const before = await footprint(service);
      const faults: string[] = [];
      for (const method of METHODS.filter((one) => !allow.split(', ').includes(one))) {
        const body = ['GET', 'HEAD'].includes(method)
          ? undefined
          : JSON.stringify({ phoneNumber: freshNumber() });
        const answer = await service.call(method, path, body, {
          'content-type': 'application/json',
        });
        if (answer.headers.get('allow') !== allow)
          faults.push(`${method}: Allow ${String(answer.headers.get('allow'))}`);
        if (method === 'HEAD') {
          if (answer.status !== 405 || answer.text !== '')
            faults.push(`HEAD: ${answer.status} ${answer.text}`);
        } else {
          faults.push(...named(method, problemFaults(answer, 405, 'method_not_allowed')));
        }
      }
      expect(faults).toEqual([]);
      expect(await footprint(service)).toEqual(before);
    },
  );

  test('headers and query parameters cannot override the method', async () => {
    const body = JSON.stringify({ phoneNumber: freshNumber() });
    const before = await footprint(service);
    const answer = await service.call('PUT', '/request-otp?_method=POST', body, {
      'content-type': 'application/json',
      'x-http-method-override': 'POST',
      'x-method-override': 'POST',
      'x-original-url': '/livez',
      'x-rewrite-url': '/livez',
    });
    expect(problemFaults(answer, 405, 'method_not_allowed')).toEqual([]);
    expect(await footprint(service)).toEqual(before);
  });

  test.each(['/livez', '/readyz', '/.well-known/jwks.json'])(
    'HEAD %s is GET without a body',
    async (path) => {
      const [head, get] = [await service.call('HEAD', path), await service.get(path)];
      expect([head.status, head.text]).toEqual([200, '']);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
      expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    },
  );
});

/** Alternative spellings of a path. None is served. */
function variantsOf(path: string): string[] {
  const name = path.slice(1);
  return [
    `/${name.toUpperCase()}`,
    `/${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    `${path}//`,
    `/${path}`,
    `//${path}`,
    `/.${path}`,
    `/x/..${path}`,
    `/x/%2e%2e${path}`,
    `/%2f${name}`,
    `${path}%2f`,
    `${path}%00`,
    `${path}%20`,
    `${path};a=b`,
    `${path}.json`,
    `${path}/extra`,
    `/%${name.charCodeAt(0).toString(16)}${name.slice(1)}`,
    path.replace('-', '%2D'),
    path.replace('-', '%2d'),
    `\\${name}`,
    `/v1${path}`,
    `/api${path}`,
  ];
}

describe('addresses', () => {
  test.each(['/request-otp', '/send-otp', '/verify-otp'])(
    '%s is served only under this spelling, with or without a slash at its end',
    async (path) => {
      const service = await TestService.start();
      try {
        const before = await footprint(service);
        const faults: string[] = [];
        for (const variant of variantsOf(path)) {
          // Over a raw socket, because HTTP clients normalize the path.
          const body = JSON.stringify(
            path === '/verify-otp'
              ? { phoneNumber: freshNumber(), code: '1234' }
              : { phoneNumber: freshNumber() },
          );
          const { first } = await exchange(
            service.url,
            rawPost(variant, body, ['Connection: close']),
          );
          if (variant.startsWith('\\')) {
            if (first.status !== 400 && first.status !== 404)
              faults.push(`${variant}: ${first.status}`);
          } else faults.push(...named(variant, problemFaults(first, 404, 'not_found')));
        }
        expect(faults).toEqual([]);
        expect(await footprint(service)).toEqual(before);
      } finally {
        await service.stop();
      }
    },
  );

  test('spellings and aliases share one limit', async () => {
    const service = await TestService.start({
      LIMIT_SEND_PER_IP: '3/1h',
      LIMIT_CHECK_PER_IP: '3/1h',
    });
    try {
      const statuses: number[] = [];
      for (const path of [
        '/request-otp',
        '/send-otp',
        '/request-otp/?a=1',
        '/send-otp',
        '/request-otp',
        '/send-otp?b',
      ]) {
        statuses.push((await service.post(path, { phoneNumber: freshNumber() })).status);
      }
      expect(statuses).toEqual([200, 200, 200, 429, 429, 429]);
      expect(service.sinch.messages).toBe(3);

      const checks: number[] = [];
      const body = JSON.stringify({ verificationId: '0'.repeat(37), code: '1234' });
      for (const path of [
        '/verify-otp',
        '/verify-otp/?',
        'http://a.test/verify-otp',
        '/verify-otp',
        ...variantsOf('/verify-otp'),
        '/verify-otp',
      ]) {
        checks.push(
          (await exchange(service.url, rawPost(path, body, ['Connection: close']))).first.status,
        );
      }
      expect(checks.slice(0, 4)).toEqual([404, 404, 404, 429]);
      expect(checks.at(-1)).toBe(429);
    } finally {
      await service.stop();
    }
  });

  test('requests with a wrong method or type count against the same limit or none', async () => {
    const service = await TestService.start({ LIMIT_CHECK_PER_IP: '3/1h' });
    try {
      for (let i = 0; i < 10; i += 1) await service.get('/verify-otp');
      const statuses: number[] = [];
      for (let i = 0; i < 4; i += 1)
        statuses.push((await service.call('POST', '/verify-otp', 'x')).status);
      expect(statuses).toEqual([415, 415, 415, 429]);
    } finally {
      await service.stop();
    }
  });

  describe('that do not exist', () => {
    let service: TestService;
    beforeAll(async () => {
      service = await TestService.start();
    });
    afterAll(() => service.stop());

    test.each([
      '/nothing',
      '/request-otp2',
      '/.env',
      '/.git/HEAD',
      '/package.json',
      '/src/server.ts',
      '/node_modules/express',
      '/admin',
      '/debug',
      '/users',
      '/simulator/inbox',
      '/constructor',
      '/__proto__',
      '/toString',
      '/..%2f..%2fetc%2fpasswd',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/assets/%00',
      '/%00',
      '/a%0d%0ab',
      '/%c3%28'.slice(0, 4) + '%a9',
    ])('GET and POST %s', async (path) => {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const { first } = await exchange(
          service.url,
          `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
        );
        expect(problemFaults(first, 404, 'not_found')).toEqual([]);
      }
    });

    test.each([
      '/%',
      '/%zz',
      '/%ff',
      '/%c3%28',
      '/%e0%80%af',
      '/a/%',
      '/assets/%ff',
      '/docs/assets/%',
      '/verify-otp%',
    ])('malformed %s is a client error', async (path) => {
      for (const method of ['GET', 'POST']) {
        const { first } = await exchange(
          service.url,
          `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
        );
        expect([400, 404]).toContain(first.status);
        expect(problemFaults(first)).toEqual([]);
      }
    });

    test('malformed escapes in a query are ignored', async () => {
      const { first } = await exchange(
        service.url,
        'GET /livez?a=%zz&%&=%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      );
      expect(first.status).toBe(200);
    });
  });
});
