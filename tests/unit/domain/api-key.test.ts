import { API_KEY_KINDS, kindOfKeyId, newApiKey, parseApiKey } from '../../../src/domain/api-key.js';

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

test.each(API_KEY_KINDS)('a new %s key parses, and its parts contain no secret', (kind) => {
  const key = newApiKey(kind);
  expect(key).toMatch(/^pl_(sk|pk|op)_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/);
  const parts = parseApiKey(key);
  expect(parts).toMatchObject({ kind, id: key.slice(0, 22), lastFour: key.slice(-4) });
  expect(parts?.hash).toHaveLength(32);
  expect(kindOfKeyId(key.slice(0, 22))).toBe(kind);
});

test('keys differ, and use every character of base 62', () => {
  const keys = Array.from({ length: 500 }, () => newApiKey('secret'));
  expect(new Set(keys.map((key) => key.slice(0, 22))).size).toBe(500);
  const used = new Set(keys.join('').replaceAll('pl_sk_', ''));
  for (const character of BASE_62) expect(used).toContain(character);
});

test('every single wrong character is a typing error', () => {
  const key = newApiKey('publishable');
  for (let at = 0; at < key.length; at += 1) {
    for (const other of BASE_62) {
      if (other === key[at]) continue;
      expect(parseApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBeUndefined();
    }
  }
});

test.each([
  ['a missing character', (key: string) => key.slice(0, -1)],
  ['one character more', (key: string) => `${key}0`],
  ['a space around', (key: string) => ` ${key}`],
  ['a line break at the end', (key: string) => `${key}\n`],
  ['another kind', (key: string) => key.replace('pl_sk_', 'pl_op_')],
  ['lower case', (key: string) => key.toLowerCase()],
  ['swapped halves', (key: string) => key.split('_').reverse().join('_')],
  ['nothing', () => ''],
  ['an access token', () => 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln'],
])('%s is no key', (_what, change) => {
  expect(parseApiKey(change(newApiKey('secret')))).toBeUndefined();
});
