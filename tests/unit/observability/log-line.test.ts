import { LOG_FIELD_NAMES, type LogFields } from '../../../src/observability/log-fields.js';
import { jsonLine } from '../../../src/observability/log-line.js';

const entry = (fields?: object, request?: object) => ({
  level: 'info',
  message: 'otp.sent',
  fields: fields as LogFields | undefined,
  request: request as LogFields | undefined,
});
const parsed = (fields?: object, request?: object) =>
  JSON.parse(jsonLine(entry(fields, request))) as Record<string, unknown>;

describe('a log line', () => {
  test('equals the JSON of time, message, event and request', () => {
    const fields = { url: 'http://x', status: 200, names: ['a', 'b"'], channel: 'sms' };
    const request = { requestId: 'r-1', ip: '::1' };
    const line = jsonLine(entry(fields, request));
    const timestamp = String((JSON.parse(line) as Record<string, unknown>)['timestamp']);
    expect(timestamp).toBe(new Date(timestamp).toISOString());
    const head = { timestamp, level: 'info', message: 'otp.sent' };
    expect(line).toBe(JSON.stringify({ ...head, ...fields, ...request }));
  });

  test.each([
    'a "quoted" one',
    'back\\slash',
    'two\nlines',
    'nul\0',
    'ünïcödé 😀',
    '\u2028',
    '\ud800',
    '',
  ])('contains %j unchanged', (text) => {
    const line = jsonLine(entry({ errorMessage: text }));
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ errorMessage: text });
  });

  test.each(['errorMessage', 'stack', 'purpose'])('masks numbers and passwords in %s', (name) => {
    const text =
      'no +14155552671, 4155552671 or 1234567 at postgres://me:p@55word@db/x in 123456 ms';
    const masked =
      'no [digits], [digits] or [digits] at postgres://[credentials]@db/x in 123456 ms';
    expect(parsed({ [name]: text })).toMatchObject({ [name]: masked });
  });

  test('drops unknown and undefined fields', () => {
    const line = parsed(
      { code: '1234', purpose: undefined, level: 'x', status: 0 },
      { secret: 's' },
    );
    expect(Object.keys(line)).toEqual(['timestamp', 'level', 'message', 'status']);
    expect(line).toMatchObject({ level: 'info', status: 0 });
  });

  test('can contain every field', () => {
    const all = Object.fromEntries([...LOG_FIELD_NAMES].map((name) => [name, `of ${name}`]));
    expect(parsed(all)).toMatchObject(all);
  });

  test('prefers event fields over request fields', () => {
    const line = jsonLine(entry({ ip: '10.0.0.1' }, { ip: '10.0.0.2', requestId: 'r-1' }));
    expect(line).toMatch(/,"ip":"10\.0\.0\.1","requestId":"r-1"}$/);
  });

  test('contains request fields that the event does not set', () => {
    expect(parsed({ ip: undefined }, { ip: '10.0.0.2' })).toMatchObject({ ip: '10.0.0.2' });
  });
});
