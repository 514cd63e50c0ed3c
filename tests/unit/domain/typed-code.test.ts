import { readTypedCode } from '../../../src/domain/typed-code.js';

test.each([
  ['12 34', '1234'],
  ['12-34', '1234'],
  ['12\u00a034', '1234'],
  ['12\u201334', '1234'],
  ['12\u201034', '1234'],
  ['G-1234', '1234'],
  ['g-1234', '1234'],
  [' 1234 ', '1234'],
  ['１２３４', '1234'],
  ['𝟭𝟮𝟯𝟰', '1234'],
])('%j is read as %s', (text, code) => {
  expect(readTypedCode(text)).toBe(code);
});

test('reads the digits of every script, also where Unicode has two side by side', () => {
  const digits = Array.from({ length: 0x1ffff }, (_, i) => String.fromCodePoint(i)).filter((c) =>
    /^\p{Nd}$/u.test(c),
  );
  expect(digits.length % 10).toBe(0);
  for (let i = 0; i < digits.length; i += 10) {
    expect(readTypedCode(digits.slice(i, i + 10).join(''))).toBe('0123456789');
  }
});

test.each(['', ' ', '-1234', '1234\n', '12\u200b34', '1e3', '0x1234', '+4670', 'code 1234'])(
  'returns %j unchanged',
  (text) => {
    expect(readTypedCode(text)).toBe(text);
  },
);

test('reads a worst case of 4 KB quickly', () => {
  const startedAt = performance.now();
  readTypedCode(`${'1 -'.repeat(1400)}x`);
  expect(performance.now() - startedAt).toBeLessThan(20);
});
