import { existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createSequelize } from '../../src/database/connection.js';
import { createLogger, errorFields } from '../../src/observability/logger.js';
import { administer } from '../support/database.js';
import { LogKeeper, noteSecret } from '../support/evidence.js';
import { FakeSinch } from '../support/fake-sinch.js';
import { PROOF_KEY, TestService, freshNumber } from '../support/service.js';

const OTP_SECRET = 'logs-test-0123456789-abcdefghijklmnop';
const PASSWORD = 'pa55-word-of-the-database';
const LEVELS = new Set(['error', 'warn', 'info', 'debug']);
/** Messages of what is not done for a request. */
const WITHOUT_REQUEST = /^(process|database)\.|^listening/;

type Line = Record<string, unknown>;

/** Everything that was said to or by the service and that no log may repeat. */
class Secrets {
  readonly texts = new Set([FakeSinch.secret, OTP_SECRET, PASSWORD]);
  readonly codes = new Set<string>();
  readonly numbers = new Set<string>();

  number(): string {
    const number = freshNumber();
    this.numbers.add(number);
    noteSecret(number);
    return number;
  }
}

/** A whole life of a service: what works, what fails and what is nonsense. */
async function live(service: TestService, secrets: Secrets): Promise<void> {
  await succeed(service, secrets);
  await suffer(service, secrets);
  await meetNonsense(service, secrets);
  await loseTheDatabase(service, secrets);
  for (const call of service.sinch.calls) secrets.texts.add(String(call.headers.authorization));
  for (const { code } of service.sinch.started) secrets.codes.add(code);
}

async function succeed(service: TestService, secrets: Secrets): Promise<void> {
  for (const spelled of [(e164: string) => e164, (e164: string) => `(${e164.slice(2, 5)}) ${e164.slice(5)}`]) {
    const e164 = secrets.number();
    const body = { phoneNumber: spelled(e164), country: 'US', reference: `about ${e164}`, locale: 'en-US' };
    const asked = await service.post('/request-otp', body);
    const id = String(asked.body['verificationId']);
    await service.verify(id, service.sinch.wrongCodeFor(e164));
    const verified = await service.verify(id, service.sinch.codeFor(e164));
    expect(verified.status).toBe(200);
    secrets.texts.add(String(verified.body['proof']));
    await service.verify(id, service.sinch.codeFor(e164));
    await service.post('/verify-otp', { phoneNumber: e164, code: service.sinch.codeFor(e164) });
  }
}

async function suffer(service: TestService, secrets: Secrets): Promise<void> {
  const plans: (() => void)[] = [
    ...[400, 401, 402, 403, 404, 409, 422, 429, 500, 503].map(
      (status) => () => service.sinch.misbehave('POST', (_req, res, body) => echo(res, status, body)),
    ),
    () => service.sinch.misbehave('POST', (_req, res, body) => echo(res, 200, body)),
    () => service.sinch.misbehave('POST', (_req, res) => void res.socket?.resetAndDestroy()),
    () => service.sinch.misbehave('POST', () => undefined),
  ];
  for (const plan of plans) {
    plan();
    await service.post('/request-otp', { phoneNumber: secrets.number() });
  }
  for (const status of [200, 400, 401, 404, 500]) {
    const number = secrets.number();
    const id = await service.request(number);
    service.sinch.misbehave('PUT', (_req, res, body) => echo(res, status, body));
    await service.verify(id, service.sinch.codeFor(number));
  }
}

/** An answer that holds whatever was sent: the number, or the code. */
function echo(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'X-Echo': encodeURIComponent(body) });
  res.end(JSON.stringify({ errorCode: body, message: body, reference: body, status: body, reason: body }));
}

async function meetNonsense(service: TestService, secrets: Secrets): Promise<void> {
  const number = secrets.number();
  const id = await service.request(number);
  const code = service.sinch.codeFor(number);
  const digits = number.slice(1);
  const odd: Record<string, string>[] = [
    { 'x-request-id': digits },
    { 'x-request-id': `phone-${digits}` },
    { 'x-request-id': `${digits.slice(0, 4)}-${digits.slice(4)}` },
    { 'x-request-id': `${digits.slice(0, 1)}.${digits.slice(1, 4)}.${digits.slice(4)}` },
    { 'x-request-id': JSON.stringify({ code }) },
    { 'user-agent': number, referer: `https://x.test/?to=${number}`, cookie: `code=${code}; to=${number}` },
    { 'x-forwarded-for': number, forwarded: `for=${number}`, 'x-real-ip': digits },
    { 'idempotency-key': number, authorization: `Bearer ${code}.${number}` },
    { 'accept-language': number, origin: `https://${digits}.test`, traceparent: digits },
  ];
  for (const headers of odd) {
    await service.get(`/livez?to=${encodeURIComponent(number)}&code=${code}`, headers);
    await service.post(`/verify-otp?code=${code}`, { verificationId: id, code: number }, headers);
    await service.get(`/${code}/${number}/${encodeURIComponent(`${number}\n${code}`)}`, headers);
    await service.get(`/%ff${code}`, headers);
  }
  for (const field of ['phoneNumber', 'country', 'channel', 'purpose', 'locale', 'unknown', number, code]) {
    await service.post('/request-otp', { [field]: `${number} ${code}` });
    await service.post('/verify-otp', { verificationId: id, code: number, [field]: { [number]: code } });
    await service.post('/verify-otp', { verificationId: `${number}${code}`, code });
  }
  for (const body of [`{"phoneNumber":"${number}","code":"${code}"`, `${number} ${code}`, `"${code}"`]) {
    for (const type of ['application/json', `text/${code}`, `application/json; charset=${code}`]) {
      await service.call('POST', '/verify-otp', body, { 'content-type': type });
    }
  }
  await service.call('POST', '/verify-otp', 'x', { 'content-type': 'application/json', 'content-encoding': code });
  await service.call('PUT', `/verify-otp?${number}`, code);
}

/** A constraint puts the values of the row into the driver's error, a lost connection its address. */
async function loseTheDatabase(service: TestService, secrets: Secrets): Promise<void> {
  const number = secrets.number();
  const body = { phoneNumber: number, reference: `no ${number}` };
  await service.rows(
    `ALTER TABLE verifications ADD CONSTRAINT odd CHECK (reference IS DISTINCT FROM 'no ${number}')`,
  );
  expect((await service.post('/request-otp', body)).status).toBe(500);
  await service.rows('ALTER TABLE verifications DROP CONSTRAINT odd');
  await service.rows('ALTER TABLE verifications ALTER COLUMN reference TYPE bigint USING NULL');
  expect((await service.post('/request-otp', body)).status).toBe(500);
  const id = await service.request(number);
  await service.rows('ALTER TABLE users RENAME TO people');
  expect((await service.verify(id, service.sinch.codeFor(number))).status).toBe(500);
  const [row] = await service.rows('SELECT current_database() AS name');
  const name = String(row?.['name']);
  await administer(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS false`);
  await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  expect((await service.post('/request-otp', { phoneNumber: number })).status).toBe(503);
}

describe('what a service logs at level debug', () => {
  const secrets = new Secrets();
  let text: string;
  let lines: Line[];
  beforeAll(async () => {
    const service = await TestService.start({ LOG_LEVEL: 'debug', OTP_SECRET, PROVIDER_TIMEOUT_MS: '300' });
    try {
      await live(service, secrets);
    } finally {
      await service.stop();
    }
    text = service.log.lines.join('');
    lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
  });

  test('is one JSON object a line, with time, level and message', () => {
    expect(lines.length).toBeGreaterThan(150);
    for (const line of lines) {
      expect(String(line['timestamp'])).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(LEVELS.has(String(line['level']))).toBe(true);
      expect(String(line['message'])).toMatch(/^[a-z]+\.[a-z_]+$/);
    }
  });

  test('has a line for every kind of outcome', () => {
    const messages = new Set(lines.map((line) => line['message']));
    for (const message of [
      ...['http.request', 'http.error', 'otp.requested', 'otp.sent', 'otp.send_failed'],
      ...['otp.denied', 'otp.check_failed', 'otp.refused', 'otp.verified'],
    ]) {
      expect(messages).toContain(message);
    }
  });

  test('names the request that each line belongs to', () => {
    const nameless = lines.filter((line) => !WITHOUT_REQUEST.test(String(line['message'])) && line['requestId'] === undefined);
    expect([...new Set(nameless.map((line) => line['message']))]).toEqual([]);
  });

  test('holds no secret, no proof and nothing of a signature', () => {
    for (const secret of secrets.texts) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('base64'));
    }
    expect(text).not.toMatch(/eyJ|Application |Basic |Bearer |PRIVATE KEY/);
    for (const line of PROOF_KEY.split('\n').filter((part) => /^[\w+/=]{20,}$/.test(part))) expect(text).not.toContain(line);
  });

  test('holds no number, neither whole nor without its plus or its country', () => {
    expect(secrets.numbers.size).toBeGreaterThan(15);
    for (const number of secrets.numbers) expect(text.replaceAll(/[\s().-]/g, '')).not.toContain(number.slice(2));
  });

  test('shows a number masked, and the same way everywhere', () => {
    const shown = lines.flatMap((line) => (line['phone'] === undefined ? [] : [String(line['phone'])]));
    expect(shown.length).toBeGreaterThan(20);
    for (const phone of shown) expect(phone).toMatch(/^\+1415\*{5}\d\d$/);
  });

  test('holds no code', () => {
    expect(secrets.codes.size).toBeGreaterThan(5);
    const free = lines.map(({ timestamp: _t, durationMs: _d, requestId: _r, phone: _p, stack, ...line }) =>
      JSON.stringify([line, String(stack ?? '').replaceAll(/:\d+:\d+/g, '')]),
    );
    for (const code of secrets.codes) {
      expect(free.filter((line) => new RegExp(`(?<![0-9A-Za-z])${code}(?![0-9A-Za-z])`).test(line))).toEqual([]);
    }
  });

  test('writes routes as templates, never the address as it was called', () => {
    const routes = new Set(lines.flatMap((line) => (line['route'] === undefined ? [] : [line['route']])));
    expect([...routes].sort()).toEqual(['/livez', '/request-otp', '/verify-otp', 'none']);
    expect(text).not.toMatch(/[?&](to|code)=/);
  });

  test('tells enough of our own failures to find them', () => {
    const failures = lines.filter((line) => line['message'] === 'http.error' && line['errorCode'] === 'internal_error');
    expect(failures.length).toBeGreaterThan(2);
    for (const failure of failures) {
      expect(failure).toMatchObject({ requestId: expect.any(String), errorName: expect.any(String), stack: expect.any(String) });
    }
    expect(failures.map((failure) => failure['sqlState'])).toContain('23514');
  });
});

test('a database that cannot be reached is logged without its password', async () => {
  // Somebody accepts and says nothing that Postgres would say.
  const stranger = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => stranger.once('listening', resolve));
  const log = new LogKeeper();
  const logger = createLogger({ level: 'debug', stream: log });
  const { port } = stranger.address() as { port: number };
  try {
    for (const url of [
      `postgres://someone:${PASSWORD}@127.0.0.1:${port}/x`,
      `postgres://someone:${PASSWORD}@127.0.0.1:9/x`,
    ]) {
      const db = createSequelize({ url });
      const error: unknown = await db.query('SELECT 1').catch((failure: unknown) => failure);
      logger.error('http.error', errorFields(error));
      logger.error('http.error', errorFields(new Error(`connecting to ${url} failed`)));
      await db.close();
    }
  } finally {
    stranger.close();
  }
  expect(log.lines).toHaveLength(4);
  expect(log.lines.join('')).not.toContain(PASSWORD);
});

describe('the evidence of the whole run', () => {
  const directory = process.env['PROOFLINE_TEST_EVIDENCE'] ?? '';

  test('is being kept: lines and secrets of this file are in it', () => {
    expect(existsSync(directory)).toBe(true);
    expect(readFileSync(join(directory, 'log.jsonl'), 'utf8')).toContain('otp.verified');
    expect(readFileSync(join(directory, 'secrets.txt'), 'utf8')).toContain(FakeSinch.secret);
  });
});
