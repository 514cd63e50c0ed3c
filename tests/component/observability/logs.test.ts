import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { openSequelize } from '../../support/open-database.js';
import { createLogger, errorFields } from '../../../src/observability/logger.js';
import { LogCapture } from '../../support/evidence.js';
import { FakeSinch } from '../../support/fake-sinch.js';
import { PROOF_KEY, TestService } from '../../support/service.js';
import { live, Secrets } from '../http/support/life.js';

const OTP_SECRET = 'logs-test-0123456789-abcdefghijklmnop';
const PASSWORD = 'pa55-word-of-the-database';
const LEVELS = new Set(['error', 'warn', 'info', 'debug']);
/** Messages outside of requests. */
const WITHOUT_REQUEST = /^(process|database)\.|^listening/;

type Line = Record<string, unknown>;

describe('the log at level debug', () => {
  const secrets = new Secrets();
  secrets.texts.add(OTP_SECRET);
  let text: string;
  let lines: Line[];
  beforeAll(async () => {
    const service = await TestService.start({
      LOG_LEVEL: 'debug',
      OTP_SECRET,
      PROVIDER_TIMEOUT_MS: '300',
    });
    try {
      await live(service, secrets);
    } finally {
      await service.stop();
    }
    text = service.log.lines.join('');
    lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  });

  test('has one JSON object per line, with time, level and message', () => {
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
      'http.request',
      'http.error',
      'otp.requested',
      'otp.sent',
      'otp.send_failed',
      'otp.denied',
      'otp.check_failed',
      'otp.refused',
      'otp.verified',
    ]) {
      expect(messages).toContain(message);
    }
  });

  test('contains the request id in every line', () => {
    const nameless = lines.filter(
      (line) => !WITHOUT_REQUEST.test(String(line['message'])) && line['requestId'] === undefined,
    );
    expect([...new Set(nameless.map((line) => line['message']))]).toEqual([]);
  });

  test('contains no secret, proof or signature', () => {
    for (const secret of secrets.texts) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('base64'));
    }
    expect(text).not.toMatch(/eyJ|Application |Basic |Bearer |PRIVATE KEY/);
    for (const line of PROOF_KEY.split('\n').filter((part) => /^[\w+/=]{20,}$/.test(part)))
      expect(text).not.toContain(line);
  });

  test('contains no phone number, with or without plus and country code', () => {
    expect(secrets.numbers.size).toBeGreaterThan(15);
    for (const number of secrets.numbers)
      expect(text.replaceAll(/[\s().-]/g, '')).not.toContain(number.slice(2));
  });

  test('masks phone numbers consistently', () => {
    const shown = lines.flatMap((line) =>
      typeof line['phone'] === 'string' ? [line['phone']] : [],
    );
    expect(shown.length).toBeGreaterThan(20);
    for (const phone of shown) expect(phone).toMatch(/^\+1415\*{5}\d\d$/);
  });

  test('contains no code', () => {
    expect(secrets.codes.size).toBeGreaterThan(5);
    // Fields that naturally contain digits are excluded.
    const byNature = ['timestamp', 'durationMs', 'requestId', 'phone'];
    const free = lines.map((line) =>
      JSON.stringify(line, (key, value: unknown) => {
        if (byNature.includes(key)) return undefined;
        return key === 'stack' ? String(value).replaceAll(/:\d+:\d+/g, '') : value;
      }),
    );
    for (const code of secrets.codes) {
      expect(
        free.filter((line) => new RegExp(`(?<![0-9A-Za-z])${code}(?![0-9A-Za-z])`).test(line)),
      ).toEqual([]);
    }
  });

  test('contains path templates, never actual paths', () => {
    const routes = new Set(
      lines.flatMap((line) => (line['route'] === undefined ? [] : [line['route']])),
    );
    expect([...routes].sort()).toEqual(['/livez', '/request-otp', '/verify-otp', 'none']);
    expect(text).not.toMatch(/[?&](to|code)=/);
  });

  test('contains enough details to find internal errors', () => {
    const failures = lines.filter(
      (line) => line['message'] === 'http.error' && line['errorCode'] === 'internal_error',
    );
    expect(failures.length).toBeGreaterThan(2);
    for (const failure of failures) {
      for (const field of ['requestId', 'errorName', 'stack'])
        expect(failure).toHaveProperty(field);
    }
    expect(failures.map((failure) => failure['sqlState'])).toContain('23514');
  });
});

test('a database that cannot be reached is logged without its password', async () => {
  // Accepts connections but does not speak the Postgres protocol.
  const stranger = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => stranger.once('listening', resolve));
  const log = new LogCapture();
  const logger = createLogger({ level: 'debug', stream: log });
  const { port } = stranger.address() as { port: number };
  try {
    for (const url of [
      `postgres://someone:${PASSWORD}@127.0.0.1:${port}/x`,
      `postgres://someone:${PASSWORD}@127.0.0.1:9/x`,
    ]) {
      const db = openSequelize(url);
      const error: unknown = await db.query('SELECT 1').catch((failure: unknown) => failure);
      logger.error('http.error', errorFields(error));
      logger.error('http.error', errorFields(new Error(`connecting to ${url} failed`)));
      await db.close();
    }
  } finally {
    stranger.close();
  }
  expect((await log.flushed()).lines).toHaveLength(4);
  expect(log.lines.join('')).not.toContain(PASSWORD);
});

describe('the evidence of the test run', () => {
  const directory = process.env['PROOFLINE_TEST_EVIDENCE'] ?? '';

  test('contains lines and secrets of this file', () => {
    expect(existsSync(directory)).toBe(true);
    expect(readFileSync(join(directory, 'log.jsonl'), 'utf8')).toContain('otp.verified');
    expect(readFileSync(join(directory, 'secrets.txt'), 'utf8')).toContain(FakeSinch.secret);
  });
});
