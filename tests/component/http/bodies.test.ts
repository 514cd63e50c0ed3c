import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { footprint } from './support/footprint.js';
import { named, problemFaults } from './support/problem.js';
import { TestService, freshNumber, type Answer } from '../../support/service.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const PATHS = ['/request-otp', '/send-otp', '/verify-otp'] as const;

let service: TestService;
let before: Awaited<ReturnType<typeof footprint>>;
beforeAll(async () => {
  service = await TestService.start();
});
beforeEach(async () => {
  before = await footprint(service);
});
afterAll(() => service.stop());

const send = (
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = JSON_TYPE,
) => service.call('POST', path, body, headers);
const untouched = async () => expect(await footprint(service)).toEqual(before);

/** A valid body. */
const wouldWork = (phoneNumber = freshNumber()) => JSON.stringify({ phoneNumber });

async function timed(
  ask: () => Promise<Answer>,
): Promise<{ answer: Answer; milliseconds: number }> {
  const startedAt = performance.now();
  const answer = await ask();
  return { answer, milliseconds: performance.now() - startedAt };
}

describe.each(PATHS)('POST %s', (path) => {
  test.each([
    ['a byte more than 8 KB', 8193],
    ['20 KB', 20_480],
    ['1 MB', 1_048_576],
  ])('refuses %s', async (_name, size) => {
    const frame = JSON.stringify({ phoneNumber: freshNumber(), reference: '' });
    const body = frame.replace('""', `"${'x'.repeat(size - frame.length)}"`);
    expect(Buffer.byteLength(body)).toBe(size);
    const { answer, milliseconds } = await timed(() => send(path, body));
    expect(problemFaults(answer, 413, 'payload_too_large')).toEqual([]);
    expect(milliseconds).toBeLessThan(1000);
    await untouched();
  });

  test('reads and validates a body of 8 KB', async () => {
    const body = `{"unknown":"${'x'.repeat(8192 - 14)}"}`;
    expect(Buffer.byteLength(body)).toBe(8192);
    expect(problemFaults(await send(path, body), 400, 'invalid_request')).toEqual([]);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('refuses a %s body that expands to 10 MB', async (encoding, compress) => {
    const bomb = new Uint8Array(compress(Buffer.alloc(10_485_760, ' ')));
    const headers = { ...JSON_TYPE, 'content-encoding': encoding };
    const memory = process.memoryUsage().arrayBuffers;
    const { answer, milliseconds } = await timed(() => send(path, bomb, headers));
    expect(problemFaults(answer, 413, 'payload_too_large')).toEqual([]);
    expect(milliseconds).toBeLessThan(1000);
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(5_000_000);
    await untouched();
  });

  test.each([
    ['a broken gzip', 'gzip', 400, 'invalid_request'],
    ['an unknown encoding', 'zpaq', 415, 'unsupported_media_type'],
    ['two encodings', 'gzip, gzip', 415, 'unsupported_media_type'],
  ] as const)('refuses %s', async (_name, encoding, status, code) => {
    const answer = await send(path, wouldWork(), { ...JSON_TYPE, 'content-encoding': encoding });
    expect(problemFaults(answer, status, code)).toEqual([]);
    await untouched();
  });

  test.each([
    '',
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'application/vnd.api+json',
    'application/problem+json',
    'application/json, text/plain',
    'json',
    '*/*',
    'application/json; charset=latin1',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset="utf-16"',
    'application/json; charset=nonsense',
  ])('refuses the content type "%s"', async (type) => {
    for (const body of [wouldWork(), 'phoneNumber=%2B14155552671', '']) {
      const answer = await send(
        path,
        new Uint8Array(Buffer.from(body)),
        type === '' ? {} : { 'content-type': type },
      );
      expect(problemFaults(answer, 415, 'unsupported_media_type')).toEqual([]);
    }
    await untouched();
  });

  test.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['an open brace', '{'],
    ['half an object', '{"phoneNumber":"+1415'],
    ['single quotes', "{'phoneNumber':'+14155552671'}"],
    ['a trailing comma', '{"phoneNumber":"+14155552671",}'],
    ['a comment', '{/* */"phoneNumber":"+14155552671"}'],
    ['two documents', '{"a":1}{"b":2}'],
    ['NaN', '{"code":NaN}'],
    ['a raw NUL', '{"phoneNumber":"+14155552671\u0000"}'],
    ['a raw line feed in a string', '{"phoneNumber":"+14155552671\n"}'],
    ['a number', '42'],
    ['a string', '"+14155552671"'],
    ['true', 'true'],
    ['null', 'null'],
    ['an array', '[]'],
    ['an array of bodies', '[{"phoneNumber":"+14155552671"},{"phoneNumber":"+14155552672"}]'],
    ['4,000 arrays in each other', `${'['.repeat(4000)}${']'.repeat(4000)}`],
    ['1,300 objects in each other', `${'{"a":'.repeat(1300)}1${'}'.repeat(1300)}`],
    ['a form', 'phoneNumber=%2B14155552671'],
    ['HTML', '<html></html>'],
    ['XML with an entity', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'],
  ])('refuses %s in place of a JSON object', async (_name, body) => {
    expect(problemFaults(await send(path, body), 400, 'invalid_request')).toEqual([]);
    await untouched();
  });

  test('refuses a body that is not UTF-8', async () => {
    const [start = '', end = ''] = JSON.stringify({
      phoneNumber: freshNumber(),
      reference: '|',
    }).split('|');
    const broken: [string, number[]][] = [
      ['latin1', [0xe9]],
      ['a lone continuation byte', [0x80]],
      ['an overlong slash', [0xc0, 0xaf]],
      ['a surrogate', [0xed, 0xa0, 0x80]],
      ['a cut sequence', [0xe2, 0x82]],
    ];
    const faults: string[] = [];
    for (const [name, bytes] of broken) {
      const body = new Uint8Array(
        Buffer.concat([Buffer.from(start), Buffer.from(bytes), Buffer.from(end)]),
      );
      faults.push(...named(name, problemFaults(await send(path, body), 400, 'invalid_request')));
    }
    expect(faults).toEqual([]);
    await untouched();
  });

  test('refuses unknown keys with any value', async () => {
    const good =
      path === '/verify-otp'
        ? { verificationId: '0'.repeat(37), code: '1234' }
        : { phoneNumber: freshNumber() };
    const unknown = [
      'id',
      'status',
      'verified',
      'verifiedAt',
      'attempts',
      'maxAttempts',
      'isAdmin',
      'provider',
      'expiresAt',
      'phone_number',
      'phonenumber',
      'PhoneNumber',
      'phoneNumber ',
      'codeLength',
      'send_reference',
      'to',
      'text',
      'toString',
      'hasOwnProperty',
      'valueOf',
      '',
      'a.b',
      'a/b~c',
      '$where',
      'phoneNumber[]',
      '\u0000',
    ];
    const faults: string[] = [];
    for (const key of unknown) {
      for (const value of ['verified', true, null, { baseUrl: 'http://127.0.0.1:9' }]) {
        const answer = await service.post(path, { ...good, [key]: value });
        faults.push(...named(key, problemFaults(answer, 400, 'invalid_request')));
      }
    }
    expect(faults).toEqual([]);
    await untouched();
  });

  test('refuses prototype pollution', async () => {
    const good =
      path === '/verify-otp'
        ? `"verificationId":"${'0'.repeat(37)}","code":"1234"`
        : `"phoneNumber":"${freshNumber()}"`;
    const faults: string[] = [];
    for (const key of [
      '"__proto__":{"polluted":1}',
      '"__proto__":null',
      '"__proto__":{"phoneNumber":"+14155552671","code":"1234"}',
      '"\\u005f_proto__":{"polluted":1}',
      '"constructor":{"prototype":{"polluted":1}}',
      '"prototype":{"polluted":1}',
    ]) {
      for (const body of [`{${good},${key}}`, `{${key}}`]) {
        faults.push(...named(body, problemFaults(await send(path, body), 400, 'invalid_request')));
      }
    }
    expect(faults).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    await untouched();
  });

  test('never reads the query', async () => {
    const query = new URLSearchParams([
      ['phoneNumber', freshNumber()],
      ['phoneNumber', freshNumber()],
      ['verificationId', '0'.repeat(37)],
      ['code', '1234'],
    ]);
    const address = `${path}?${query.toString()}`;
    expect(problemFaults(await send(address, '{}'), 400, 'invalid_request')).toEqual([]);
    expect(problemFaults(await send(address, ''), 400, 'invalid_request')).toEqual([]);
    const hostile = `${path}?__proto__[polluted]=1&a[b][c]=1&${'x='.repeat(2000)}`;
    expect(problemFaults(await send(hostile, '{}'), 400, 'invalid_request')).toEqual([]);
    await untouched();
  });
});
