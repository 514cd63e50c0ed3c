import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { problemFaults } from './support/problem.js';
import { exchange, rawPost, rawRequest } from './support/raw.js';
import { TestService, freshNumber } from '../../support/service.js';

const JSON_TYPE = { 'content-type': 'application/json' };

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const send = (
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = JSON_TYPE,
) => service.call('POST', path, body, headers);
const wouldWork = (phoneNumber = freshNumber()) => JSON.stringify({ phoneNumber });

describe('an accepted body', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/JSON; Charset="utf-8"',
  ])('has the content type "%s"', async (type) => {
    expect((await send('/request-otp', wouldWork(), { 'content-type': type })).status).toBe(200);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('may be compressed with %s', async (encoding, compress) => {
    const body = new Uint8Array(compress(Buffer.from(wouldWork())));
    expect(
      (await send('/request-otp', body, { ...JSON_TYPE, 'content-encoding': encoding })).status,
    ).toBe(200);
  });

  test('takes precedence over the query', async () => {
    const [inBody, inQuery] = [freshNumber(), freshNumber()];
    const answer = await send(
      `/request-otp?phoneNumber=${encodeURIComponent(inQuery)}`,
      wouldWork(inBody),
    );
    expect([answer.status, answer.body['phoneNumber']]).toEqual([200, inBody]);
  });

  test('with duplicate keys uses the last one and sends one message', async () => {
    const [first, last] = [freshNumber(), freshNumber()];
    const messages = service.sinch.messages;
    const answer = await send('/request-otp', `{"phoneNumber":"${first}","phoneNumber":"${last}"}`);
    expect([answer.status, answer.body['phoneNumber']]).toEqual([200, last]);
    expect(service.sinch.messages).toBe(messages + 1);
  });

  test('with duplicate codes uses one code and one attempt', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const compared = service.sinch.comparisons;
    const [wrong, right] = [
      service.sinch.wrongCodeFor(phoneNumber),
      service.sinch.codeFor(phoneNumber),
    ];
    const answer = await send(
      '/verify-otp',
      `{"verificationId":"${id}","code":"${right}","code":"${wrong}"}`,
    );
    expect([answer.status, answer.body['attemptsRemaining']]).toEqual([401, 4]);
    expect(service.sinch.comparisons).toBe(compared + 1);
  });
});

test('an optional body may come in chunks, without a Content-Length', async () => {
  const id = await service.request(freshNumber());
  const body = '{"channel":"voice"}';
  const headers = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
  const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const line = `POST /verifications/${id}/resend HTTP/1.1`;
  const { first } = await exchange(service.url, rawRequest(line, chunks, headers));
  expect([first.status, first.body['channel']]).toEqual([200, 'voice']);
});

test('a body with a too large Content-Length is refused before it arrives', async () => {
  const head = rawPost('/request-otp', '').replace(
    'Content-Length: 0',
    'Content-Length: 100000000',
  );
  const startedAt = performance.now();
  const { first } = await exchange(service.url, `${head}{"phoneNumber":`);
  expect(problemFaults(first, 413, 'payload_too_large')).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
