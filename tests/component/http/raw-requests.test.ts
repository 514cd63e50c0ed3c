import { footprint } from './support/footprint.js';
import { named, problemFaults } from './support/problem.js';
import { exchange, rawPost, rawRequest } from './support/raw.js';
import { TestService, freshNumber } from '../../support/service.js';

let service: TestService;
let body: string;
beforeAll(async () => {
  service = await TestService.start();
});
beforeEach(() => {
  body = JSON.stringify({ phoneNumber: freshNumber() });
});
afterAll(() => service.stop());

const JSON_LINE = 'Content-Type: application/json';
const chunked = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`;

/** Sends bytes; expects one refusal, a closed connection and no side effects. */
async function refused(bytes: string, status: number): Promise<void> {
  const before = await footprint(service);
  const { first, answers, closed, text } = await exchange(service.url, bytes);
  const { type, title, code, requestId, instance } = first.body;
  expect({ status: first.status, inside: first.body['status'], answers, closed, code }).toEqual({
    status,
    inside: status,
    answers: 1,
    closed: true,
    code: 'invalid_request',
  });
  expect(first.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(first.headers.get('cache-control')).toBe('no-store');
  expect(first.headers.get('connection')).toBe('close');
  expect(first.headers.get('x-content-type-options')).toBe('nosniff');
  expect(type).toBe('urn:proofline:problem:invalid_request');
  expect(title).toEqual(expect.any(String));
  expect(instance).toBe(`urn:proofline:request:${String(requestId)}`);
  expect(text).not.toMatch(/HPE_|parse|node|llhttp/i);
  expect(await footprint(service)).toEqual(before);
}

describe('an ambiguous request (request smuggling) is refused', () => {
  const SMUGGLED = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';

  const INVALID_LENGTHS = ['-1', '+5', '0x10', '1e1', '', '99999999999999999999999'];
  const INVALID_ENCODINGS = ['gzip', 'chunked, identity', 'xchunked', 'chunked, chunked'];
  test.each<[string, () => string]>([
    [
      'Content-Length and Transfer-Encoding',
      () => rawPost('/request-otp', body, ['Transfer-Encoding: chunked']),
    ],
    [
      'Transfer-Encoding and Content-Length',
      () =>
        rawRequest('POST /request-otp HTTP/1.1', `0\r\n\r\n${SMUGGLED}`, [
          JSON_LINE,
          'Transfer-Encoding: chunked',
          'Content-Length: 4',
        ]),
    ],
    ['two lengths', () => rawPost('/request-otp', body, ['Content-Length: 0'])],
    ['two equal lengths', () => rawPost('/request-otp', body, [`Content-Length: ${body.length}`])],
    [
      'a list of lengths',
      () =>
        rawRequest('POST /request-otp HTTP/1.1', body, [
          JSON_LINE,
          `Content-Length: ${body.length}, ${body.length}`,
        ]),
    ],
    ...INVALID_LENGTHS.map((length): [string, () => string] => [
      `the length "${length}"`,
      () =>
        rawRequest('POST /request-otp HTTP/1.1', body, [JSON_LINE, `Content-Length: ${length}`]),
    ]),
    ...INVALID_ENCODINGS.map((encoding): [string, () => string] => [
      `the transfer encoding "${encoding}"`,
      () =>
        rawRequest('POST /request-otp HTTP/1.1', chunked(body), [
          JSON_LINE,
          `Transfer-Encoding: ${encoding}`,
        ]),
    ]),
    [
      'a blank before the colon',
      () =>
        rawRequest('POST /request-otp HTTP/1.1', chunked(body), [
          JSON_LINE,
          'Transfer-Encoding : chunked',
        ]),
    ],
    ['bare line feeds', () => rawPost('/request-otp', body).replaceAll('\r\n', '\n')],
    [
      'one bare line feed',
      () => rawPost('/request-otp', body).replace('\r\nContent-Length', '\nContent-Length'),
    ],
    [
      'a bare carriage return',
      () => rawPost('/request-otp', body).replace('\r\nContent-Length', '\rContent-Length'),
    ],
    [
      'a chunk of a broken size',
      () =>
        rawRequest('POST /request-otp HTTP/1.1', `zz\r\n${body}\r\n0\r\n\r\n`, [
          JSON_LINE,
          'Transfer-Encoding: chunked',
        ]),
    ],
    ['no HTTP at all', () => 'hello\r\n\r\n'],
    ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['another version', () => rawPost('/request-otp', body).replace('HTTP/1.1', 'HTTP/9.9')],
    ['HTTP/2 in clear', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no host', () => rawPost('/request-otp', body).replace('Host: proofline.test\r\n', '')],
    ['a control character in a name', () => rawPost('/request-otp', body, ['X-\u0001: 1'])],
    ['a blank in the address', () => rawPost('/request otp', body)],
  ])('%s', async (_name, bytes) => {
    await refused(bytes(), 400);
  });

  test.each<[string, () => string]>([
    [
      'one header line of 20 KB',
      () => rawPost('/request-otp', body, [`X-Long: ${'x'.repeat(20_480)}`]),
    ],
    [
      'thousand header lines',
      () =>
        rawPost(
          '/request-otp',
          body,
          Array.from({ length: 1000 }, (_, i) => `X-${i}: ${'x'.repeat(20)}`),
        ),
    ],
    ['an address of 20 KB', () => rawPost(`/${'x'.repeat(20_480)}`, body)],
  ])('oversized headers: %s', async (_name, bytes) => {
    await refused(bytes(), 431);
  });
});

test('headers of 12 KB are accepted', async () => {
  const { first } = await exchange(
    service.url,
    rawPost('/request-otp', body, [`X-Long: ${'x'.repeat(12_288)}`]),
  );
  expect(first.status).toBe(200);
});

test('a chunked body is accepted', async () => {
  const lines = [JSON_LINE, 'Transfer-Encoding: chunked'];
  const { first } = await exchange(
    service.url,
    rawRequest('POST /request-otp HTTP/1.1', chunked(body), lines),
  );
  expect(first.status).toBe(200);
});

test('a chunked body that grows too large is refused', async () => {
  const before = await footprint(service);
  const lines = [JSON_LINE, 'Transfer-Encoding: chunked'];
  const bytes = rawRequest('POST /request-otp HTTP/1.1', chunked('x'.repeat(100_000)), lines);
  const { first } = await exchange(service.url, bytes);
  expect(problemFaults(first, 413, 'payload_too_large')).toEqual([]);
  expect(await footprint(service)).toEqual(before);
});

test('Expect: 100-continue is honoured, and other expectations are ignored', async () => {
  const polite = await exchange(
    service.url,
    rawPost('/request-otp', body, ['Expect: 100-continue']),
  );
  expect(polite.text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  const other = JSON.stringify({ phoneNumber: freshNumber() });
  const odd = await exchange(service.url, rawPost('/request-otp', other, ['Expect: miracles']));
  expect(odd.first.status).toBe(200);
});

test('an absolute URL and a foreign Host do not change the response', async () => {
  const bytes = rawPost('http://evil.test/request-otp', body).replace(
    'proofline.test',
    'evil.test',
  );
  const { first, text } = await exchange(service.url, bytes);
  expect(first.status).toBe(200);
  expect(text).not.toContain('evil.test');
});

test('an HTTP/1.0 request is served, and its connection closed', async () => {
  const { first, closed } = await exchange(service.url, 'GET /livez HTTP/1.0\r\n\r\n');
  expect([first.status, closed]).toEqual([200, true]);
});

describe('unsupported methods', () => {
  test.each(['TRACE', 'TRACK', 'CONNECT', 'DEBUG', 'PROPFIND', 'PURGE', 'get', 'FOO'])(
    '%s',
    async (method) => {
      const faults: string[] = [];
      for (const target of [
        '/',
        '/request-otp',
        '/verify-otp',
        '/livez',
        '*',
        'example.com:443',
        'http://example.com/',
      ]) {
        const bytes = rawRequest(`${method} ${target} HTTP/1.1`, '', ['X-Secret: mirrored']);
        const { first, text } = await exchange(service.url, bytes, 50);
        // The server closes the connection after CONNECT.
        if (first.status !== 0 && ![400, 404, 405].includes(first.status))
          faults.push(`${target}: ${first.status}`);
        if (first.status === 404 || first.status === 405)
          faults.push(...named(target, problemFaults(first)));
        if (text.includes('mirrored')) faults.push(`${target}: mirrors headers`);
      }
      expect(faults).toEqual([]);
    },
  );

  test('OPTIONS *', async () => {
    const { first } = await exchange(service.url, rawRequest('OPTIONS * HTTP/1.1', '', []));
    expect(problemFaults(first, 404, 'not_found')).toEqual([]);
  });
});

test('an upgrade is not accepted', async () => {
  for (const protocol of ['websocket', 'h2c']) {
    const lines = [`Upgrade: ${protocol}`, 'Connection: Upgrade'];
    const { first } = await exchange(service.url, rawRequest('GET /livez HTTP/1.1', '', lines));
    expect([first.status, first.headers.get('upgrade')]).toEqual([200, null]);
  }
});
