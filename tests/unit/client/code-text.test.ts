import { codeOf } from '../../../client/element/code-text.js';
import { toAsciiDigits } from '../../../client/element/digits.js';
import { renderMessage } from '../../../src/services/messages/messages.js';
import { MESSAGE_LOCALES } from '../../../src/services/messages/languages.js';

describe('digits', () => {
  test('of every script are converted', () => {
    const every = Array.from({ length: 0x11_0000 }, (_, point) => point)
      .filter((point) => point < 0xd800 || point > 0xdfff)
      .map((point) => String.fromCodePoint(point))
      .filter((character) => /\p{Nd}/u.test(character));
    expect(every.length).toBeGreaterThan(600);
    expect(toAsciiDigits(every.join(''))).toBe('0123456789'.repeat(every.length / 10));
  });

  const digitsIn = (system: string) => {
    const format = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false });
    return Array.from({ length: 10 }, (_, digit) => format.format(digit));
  };
  const decimalSystems = Intl.supportedValuesOf('numberingSystem').filter((system) =>
    digitsIn(system).every((digit) => /^\p{Nd}$/u.test(digit)),
  );

  test.each(decimalSystems)('of %s are those of Intl', (system) => {
    expect(digitsIn(system).map(toAsciiDigits).join('')).toBe('0123456789');
  });

  test('leave other characters as they are', () => {
    expect(toAsciiDigits('a²½Ⅷ①–+')).toBe('a²½Ⅷ①–+');
  });
});

describe('the code in a text', () => {
  test.each([
    ['Acme24: your code is 4056', '4056'],
    ['Acme2024: your code is 4056', '4056'],
    ['12 34', '1234'],
    ['12-34', '1234'],
    ['G-1234', '1234'],
    ['1 2 3 4', '1234'],
    ['12 345', '12345'],
    ['１２３４', '1234'],
    ['١٢٣٤', '1234'],
    ['१२३ ४५६', '123456'],
    ['コードは4056です', '4056'],
    ['Acme2024：確認コードは4056です', '4056'],
    ['Call +44 7700 900123, code 4056', '4056'],
    ['2026-11-30: code 4056', '4056'],
    ['code 123 456 valid 10 minutes', '123456'],
    ['Pay $1500 or 1,500.00 with 4056', '4056'],
    ['4056 10 minutes', '4056'],
    ['4056 is your code.\n@acme2024.com #4056', '4056'],
    ['Order 123456789012: code 4056', '4056'],
    ['12a34', '1234'],
    ['123', '123'],
    ['12345678901', '1234567890'],
    ['no digits', ''],
  ])('"%s" of unknown length is %s', (text, code) => {
    expect(codeOf(text, undefined)).toBe(code);
  });

  test.each([
    ['4056 of 2026: your code is 123456', 6, '123456'],
    ['4056 of 2026: your code is 123-456', 6, '123456'],
    ['your code is 123456, not 4056', 4, '4056'],
    ['your code is 1234 56 and 7', 6, '123456'],
    ['Acme24: your code is 4056', 6, '4056'],
    ['1293456', 6, '129345'],
    ['12', 6, '12'],
  ])('"%s" of length %d is %s', (text, length, code) => {
    expect(codeOf(text, length)).toBe(code);
  });

  test.each(MESSAGE_LOCALES)('is found in every message of the service in %s', (locale) => {
    const binding = { amount: '1500.00', currency: 'EUR', payee: 'Shop 24' };
    for (const brand of ['Acme', 'Acme2024', '2024 Acme']) {
      const message = { purpose: 'login', locale, code: '405617', brand, origin: 'a2024.example' };
      for (const text of [renderMessage(message), renderMessage({ ...message, binding })]) {
        expect([text, codeOf(text, undefined)]).toEqual([text, '405617']);
      }
    }
  });
});
