import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLeaks } from './evidence-check.js';

/** Assembled at run time, so that secret scanners do not flag this file. */
const PEM = ['-----BEGIN', 'PRIVATE', 'KEY-----'].join(' ');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'proofline-check-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const check = (lines: readonly (object | string)[], secrets: readonly string[] = []) => {
  const log = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(join(directory, 'log.jsonl'), `${log.join('\n')}\n`);
  writeFileSync(join(directory, 'secrets.txt'), `${secrets.join('\n')}\n`);
  return findLeaks(directory);
};

const REGISTERED = ['4711', '0042', '123456', '+14152000001', 'an application secret'];

test.each<[string, object | string]>([
  ['a code as a value', { message: 'x', outcome: '4711' }],
  ['a code as a number', { message: 'x', verificationId: 4711 }],
  ['a code without its leading zeros', { message: 'x', verificationId: 42 }],
  ['a code inside a message', { message: 'the code 4711 was wrong' }],
  ['a code between quotes', { message: '{"code":"4711"}' }],
  ['a code in a list', { message: 'x', names: ['4711'] }],
  ['a code in a nested object', { message: 'x', stack: { sms: { code: '4711' } } }],
  ['a code as a field name', { message: 'x', stack: { 4711: true } }],
  ['a code in an error', { message: 'x', errorMessage: 'invalid input: "123456"' }],
  ['a code in the status field', { message: 'x', status: '4711' }],
  ['a code in a request id', { message: 'x', requestId: 'code-4711' }],
  ['a code in a line that is not JSON', 'Error: 4711'],
  ['a full phone number', { message: 'x', phone: '+14152000001' }],
  [
    'a full phone number that was not registered',
    { message: 'x', errorMessage: 'for +46701234567' },
  ],
  ['a phone number without the plus sign', { message: 'x', phone: '14152000001' }],
  ['a national phone number', { message: 'x', route: '/numbers/4152000001' }],
  ['a phone number with separators', { message: 'to (415) 200-0001' }],
  ['a phone number joined to a word', { message: 'x', purpose: 'tel14152000001' }],
  ['a registered secret', { message: 'x', errorMessage: 'key "an application secret"' }],
  ['a signature', { message: 'x', errorMessage: 'Application 1111-22:AbCdEfGh=' }],
  ['a password', { message: 'x', errorMessage: 'Basic YWxhZGRpbjpvcGVu' }],
  ['a proof', { message: 'x', outcome: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIifQ.c2ln' }],
  ['a connection string', { message: 'x', errorMessage: 'postgres://me:secret@db/x' }],
  ['a private key', { message: 'x', errorMessage: PEM }],
])('finds %s', (_name, line) => {
  expect(check([{ message: 'harmless' }, line], REGISTERED)).toHaveLength(1);
});

test('does not mistake parts of timestamps, ids, addresses, stack positions or measures for a code', () => {
  const harmless = {
    message: 'listening on http://127.0.0.1:4711',
    timestamp: '4711-11-21T00:42:00.471Z',
    requestId: '98ced493-4711-4192-9ada-9a15d5533544',
    verificationId: '06gzs4711hz2nsvafd4c74gaznwhavf2hb2acam',
    phone: '+4711*****01',
    ip: '2001:db8:4711::1',
    durationMs: 4711,
    port: 4711,
    status: 200,
    stack: 'Error: x\n    at f (service.js:4711:42)\n    at node:internal/x:1:4711',
    outcome: 'no access with 98ced493-4711-4192-9ada-9a15d5533544 (401)',
    purpose: 'the database did not answer within 4711 ms',
    errorMessage: 'connect ECONNREFUSED 127.0.0.1:4711 to https://[credentials]@x for [digits]',
  };
  expect(check([harmless], REGISTERED)).toEqual([]);
});

test('reports at most five lines', () => {
  const lines = Array.from({ length: 50 }, () => ({ message: 'code 4711' }));
  expect(check(lines, REGISTERED)).toHaveLength(5);
});

test('finds nothing without a log', () => {
  expect(findLeaks(directory)).toEqual([]);
});
