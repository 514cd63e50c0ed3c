import { FIELDS, bodyWith } from './support/fields.js';
import { footprint } from './support/footprint.js';
import { named, problemFaults } from './support/problem.js';
import { exchange, rawPost } from './support/raw.js';
import { TestService, freshNumber } from '../../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

describe('line breaks', () => {
  const BROKEN = [
    '\r\nX-Injected: 1',
    '\nX-Injected: 1',
    '\r',
    '\u2028',
    '\u2029',
    '\u0085',
    '\u000b',
    '\u001b[2J',
  ];

  test.each(FIELDS)('in %s, field %s, are refused', async (path, field) => {
    const before = await footprint(service);
    const faults: string[] = [];
    for (const tail of BROKEN) {
      for (const good of ['+46701234567', 'sv-SE', 'SE', 'login', 'abc', '1234']) {
        const answer = await service.post(path, bodyWith(path, field, good + tail));
        faults.push(...named(JSON.stringify(good + tail), problemFaults(answer, 400)));
      }
    }
    expect(faults).toEqual([]);
    expect(await footprint(service)).toEqual(before);
  });

  const IDS: readonly (readonly [name: string, header: string])[] = [
    ['a bare CR', 'X-Request-Id: abcdefgh\rX-Injected: 1'],
    ['a bare LF', 'X-Request-Id: abcdefgh\nX-Injected: 1'],
    ['a folded line', 'X-Request-Id: abcdefgh\r\n folded'],
    ['a NUL', 'X-Request-Id: abcd\u0000efgh'],
  ];

  test.each(IDS)('%s in a header is refused and sends nothing', async (_name, header) => {
    const before = await footprint(service);
    const body = JSON.stringify({ phoneNumber: freshNumber() });
    const { first, answers, closed } = await exchange(
      service.url,
      rawPost('/request-otp', body, [header]),
    );
    expect(first.headers.get('x-injected')).toBeNull();
    expect({ status: first.status, answers, closed }).toEqual({
      status: 400,
      answers: 1,
      closed: true,
    });
    expect(await footprint(service)).toEqual(before);
  });

  test.each([
    ['{"level":"error","message":"forged"}'],
    ['abcdefgh","message":"forged'],
    ['abcdefgh%0d%0aforged'],
    ['abcdefgh\\r\\nforged'],
    ['<script>alert(1)</script>'],
    ['../../../../etc/passwd'],
    ['short'],
    ['x'.repeat(65)],
    ['\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9'],
    ['abcdefgh, ijklmnop'],
  ])('the request id %s is replaced, and the log has one line', async (id) => {
    const phoneNumber = freshNumber();
    const before = { lines: service.log.lines.length, calls: service.sinch.calls.length };
    const answer = await service.post(
      '/verify-otp',
      { phoneNumber, code: '1234' },
      { 'x-request-id': id },
    );
    expect(problemFaults(answer, 401, 'code_invalid')).toEqual([]);
    expect(answer.body['requestId']).toMatch(/^[0-9a-f-]{36}$/);
    // One line of the flow and one of the request.
    const lines = service.log.lines.slice(before.lines);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(lines.join('')).not.toContain('forged');
    expect(service.sinch.calls.length).toBe(before.calls);
  });

  test('duplicate request ids are ignored', async () => {
    const body = JSON.stringify({ verificationId: '0'.repeat(37), code: '1234' });
    const ids = ['X-Request-Id: abcdefgh', 'X-Request-Id: ijklmnop'];
    const { first } = await exchange(service.url, rawPost('/verify-otp', body, ids));
    expect(problemFaults(first, 404)).toEqual([]);
    expect(first.body['requestId']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('in a path give one log line and no header', async () => {
    const lines = service.log.lines.length;
    const answer = await service.get('/livez%0d%0aX-Injected:%201?a=%0d%0ab');
    expect(problemFaults(answer, 404, 'not_found')).toEqual([]);
    expect(service.log.lines.slice(lines)).toHaveLength(1);
  });

  test('the provider gets one well-formed request', async () => {
    const calls = service.sinch.calls.length;
    const phoneNumber = freshNumber();
    const answer = await service.post(
      '/request-otp',
      { phoneNumber, locale: 'sv-SE', reference: 'a: b; c=d {{CODE}}', purpose: 'login' },
      {
        'x-request-id': 'abcdefgh-1',
        'accept-language': 'xx',
        authorization: 'Basic b3RoZXI=',
        cookie: 'a=b',
        'user-agent': 'evil',
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-host': 'evil.test',
        traceparent: '00-0-0-0',
      },
    );
    expect(answer.status).toBe(200);
    expect(service.sinch.calls.length).toBe(calls + 1);
    const { method, path, headers, json } = service.sinch.calls.at(-1)!;
    expect([method, path]).toEqual(['POST', '/verification/v1/verifications']);
    expect(
      Object.keys(headers)
        .filter((name) => name !== 'user-agent')
        .sort(),
    ).toEqual([
      'accept',
      'accept-encoding',
      'accept-language',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-timestamp',
    ]);
    expect(headers['accept-language']).toBe('sv-SE');
    expect(headers['user-agent']).not.toBe('evil');
    expect(Object.keys(json).sort()).toEqual(['identity', 'method', 'reference', 'smsOptions']);
  });
});
