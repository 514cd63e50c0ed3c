import { digitsOf } from '../../../client/element/digits.js';
import { guessCountry, listCountries } from '../../../client/element/countries.js';
import {
  callerDigits,
  formatPhoneNumber,
  parseCallerNumber,
} from '../../../client/element/phone-number.js';

describe('user input', () => {
  test.each([
    ['123 456', '123456'],
    ['Your code is 1670. Verified by Sinch', '1670'],
    ['١٢٣٤', '1234'],
    ['१२३४', '1234'],
    ['１２３４', '1234'],
    ['no digits', ''],
  ])('"%s" has the digits %s', (text, digits) => {
    expect(digitsOf(text)).toBe(digits);
  });

  test.each([
    ['+44 7700 900123', '+447700900123'],
    ['0044 7700-900123', '+447700900123'],
    ['070-174 06 05', '+46701740605'],
    ['12', undefined],
    ['nobody', undefined],
  ])('parses the caller number "%s" as %s', (text, number) => {
    expect(parseCallerNumber(text, '+46701740699')).toBe(number);
  });

  test('parses a caller number with 00 also if the called number has no country', () => {
    expect(parseCallerNumber('0044 7700 900123', 'unknown')).toBe('+447700900123');
    expect(parseCallerNumber('٠٠٤٤ ٧٧٠٠ ٩٠٠١٢٣', 'unknown')).toBe('+447700900123');
  });

  test("shows only a filter's plain run of digits", () => {
    expect(callerDigits('(.*)7009(.*)')).toBe('7009');
    expect(callerDigits('(.*)[0-9]+(.*)')).toBeUndefined();
    expect(callerDigits(undefined)).toBeUndefined();
  });

  test('formats a number with non-breaking spaces', () => {
    expect(formatPhoneNumber('+14155552671')).toBe('+1\u00a0415\u00a0555\u00a02671');
    expect(formatPhoneNumber('secret')).toBe('secret');
  });
});

describe('countries', () => {
  test('have names and calling codes, sorted by language', () => {
    const german = listCountries('de');
    expect(german.find(({ code }) => code === 'CH')).toEqual({
      ...{ code: 'CH', name: 'Schweiz', callingCode: '+41' },
    });
    const names = german.map(({ name }) => name);
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'de')));
    expect(names.length).toBeGreaterThan(200);
  });

  test.each([
    [['en-AU', 'de'], 'AU'],
    [['de', 'en-AU'], 'AU'],
    [['de'], 'DE'],
    [['not a language', 'sv'], 'SE'],
    [['eo'], 'US'],
    [[], 'US'],
  ])('%j makes %s the likeliest', (languages, country) => {
    expect(guessCountry(languages, listCountries('en'))).toBe(country);
  });
});
