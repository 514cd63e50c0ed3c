import { TerminalLog } from '../../../src/observability/terminal-log.js';

const REQUEST = { requestId: 'r-1', ip: '::1' };
const ENDED = { ...REQUEST, method: 'POST', route: '/request-otp', status: 200, durationMs: 33.7 };
const SENT = {
  phone: '+1415*****71',
  country: 'US',
  channel: 'sms',
  provider: 'sinch-verification',
};
const TIME = /^\d\d:\d\d:\d\d /;

function terminal(hasColours = false) {
  const log = new TerminalLog(hasColours);
  return (message: string, fields: object, level = 'info') =>
    log.text({ level, message, fields: fields, request: undefined });
}

describe('the log in a terminal', () => {
  test('has one line for a request, which tells what its events said', () => {
    const text = terminal();
    expect(text('otp.requested', { ...REQUEST, ...SENT })).toBeUndefined();
    expect(text('otp.sent', { ...REQUEST, ...SENT })).toBeUndefined();
    expect(text('http.request', ENDED)?.replace(TIME, '')).toBe(
      'POST /request-otp 200 34 ms  otp.sent +1415*****71 sms sinch-verification',
    );
    expect(text('http.request', { ...ENDED, status: 404 })?.replace(TIME, '')).toBe(
      'POST /request-otp 404 34 ms',
    );
  });

  test('keeps the requests apart, and what comes after the end of one', () => {
    const text = terminal();
    text('otp.denied', { ...REQUEST, outcome: 'wrong_code', attempts: 2 });
    text('limit.hit', { requestId: 'r-2', errorCode: 'cooldown', limit: 'cooldown' });
    expect(text('http.aborted', ENDED)).toMatch(
      / aborted 34 ms {2}otp\.denied wrong_code, attempt 2$/,
    );
    expect(text('otp.sent', { ...REQUEST, phone: '+1' })).toMatch(
      / otp\.sent requestId=r-1 phone=\+1$/,
    );
    expect(text('http.request', { ...ENDED, requestId: 'r-2', status: 429 })).toMatch(
      / 429 34 ms {2}limit\.hit cooldown$/,
    );
  });

  test('shows warnings and errors at once, with the request id and an indented stack', () => {
    const text = terminal();
    const stack = 'Error: to +14155552671\n    at one (a.ts:1:2)\n    at two (b.ts:3:4)';
    const error = { ...REQUEST, errorName: 'Error', errorMessage: 'to +14155552671', stack };
    const [line, ...frames] = text('http.error', error, 'error')?.split('\n') ?? [];
    expect(line?.replace(TIME, '')).toBe(
      'ERROR http.error requestId=r-1 errorName=Error errorMessage=to [digits]',
    );
    expect(frames).toEqual(['    at one (a.ts:1:2)', '    at two (b.ts:3:4)']);
    expect(text('otp.expired', { verificationId: 'v-1' })).toMatch(
      / otp\.expired verificationId=v-1$/,
    );
  });

  test('leaves out pages, files and phones that were served, and names an unknown path', () => {
    const text = terminal();
    const page = { ...ENDED, method: 'GET', route: 'none', path: '/simulator/inbox' };
    expect(text('http.request', page)).toBeUndefined();
    expect(text('http.request', { ...page, status: 304 })).toBeUndefined();
    expect(text('http.request', { ...page, status: 404, path: '/api/*' })).toMatch(
      / GET {2}\/api\/\* 404 /,
    );
  });

  test('drops fields that are not in the list, and what would control the terminal', () => {
    const text = terminal();
    const hostile = { code: '1234', errorMessage: 'a\u001b[2Jb\nc', names: ['1', '2', '3', '4'] };
    expect(text('redis.unavailable', hostile, 'warn')?.replace(TIME, '')).toBe(
      'WARN redis.unavailable errorMessage=a [2Jb c names=(4)',
    );
  });

  test('masks numbers and passwords in free text', () => {
    const errorMessage = 'no +14155552671 at postgres://me:pa55word@db/x';
    expect(terminal()('request.failed', { errorMessage }, 'error')).toContain(
      'errorMessage=no [digits] at postgres://[credentials]@db/x',
    );
  });

  test('shows the local time', () => {
    const shown = terminal()('http.request', ENDED)?.slice(0, 8);
    const times = [0, 1000].map((ago) => new Date(Date.now() - ago).toTimeString().slice(0, 8));
    expect(times).toContain(shown);
  });

  test.each([
    [200, 32],
    [400, 33],
    [429, 33],
    [500, 31],
    [503, 31],
  ])('paints the status %i, with colours', (status, colour) => {
    const line = terminal(true)('http.request', { ...ENDED, status }) ?? '';
    expect(line).toContain(`\u001b[${colour}m${status}\u001b[39m`);
    expect(terminal(false)('http.request', { ...ENDED, status })).not.toContain('\u001b');
  });
});
