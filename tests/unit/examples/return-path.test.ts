import { expect, it } from '@jest/globals';
import { loginFor, returnPath } from '../../../examples/nextjs/lib/return-path.js';

it.each(['/pay', '/account?done=app', '/', '/a/b?c=%2F%2Fd'])('returns to %s', (path) => {
  expect(returnPath(path)).toBe(path);
  expect(new URL(loginFor(path), 'http://harbour.test').searchParams.get('next')).toBe(path);
});

it.each([
  'https://mallory.test/',
  '//mallory.test/',
  '/\\mallory.test/',
  '\\\\mallory.test/',
  '/\t/mallory.test/',
  '/\n\\mallory.test',
  '/.//mallory.test/',
  '/pay/..//mallory.test/',
  ' //mallory.test/',
  '/@mallory.test:99999999//',
  'javascript:alert(1)',
  'pay',
  '',
  `/${'a'.repeat(600)}`,
  ['/pay'],
  undefined,
])('stays in the app when asked for %j', (asked) => {
  const path = returnPath(asked);
  const { origin } = new URL(path ?? '/account', 'http://harbour.test');
  expect(origin).toBe('http://harbour.test');
  if (path !== undefined) expect(path).toMatch(/^\/[^/\\]/);
});
