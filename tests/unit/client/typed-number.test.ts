import { getCountries, getExampleNumber, type CountryCode } from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { currentForm } from '../../../client/element/national-forms.js';
import {
  formatTyped,
  significantOf,
  withPlus,
  type FormattedNumber,
} from '../../../client/element/typed-number.js';

interface Field extends FormattedNumber {
  country: CountryCode;
}

const empty = (country: CountryCode): Field => ({ text: '', caret: 0, country });

/** Types one key after the other, as the field does. */
const type = (keys: string, field: Field): Field => {
  for (const key of keys) {
    const text = field.text.slice(0, field.caret) + key + field.text.slice(field.caret);
    const shown = formatTyped(text, field.caret + key.length, field.country);
    field = { ...shown, country: shown.country ?? field.country };
  }
  return field;
};

const shown = ({ text, caret }: FormattedNumber) => `${text.slice(0, caret)}|${text.slice(caret)}`;

describe('native digits', () => {
  test.each([
    ['SA', '٠٥١٢٣٤٥٦٥٠', '051 234 5650|'],
    ['EG', '٠١٠١٢٣٤٥٠١٠', '010 12345010|'],
    ['IR', '۰۹۱۲۳۴۵۶۷۸۰', '0912 345 6780|'],
    ['JP', '０９０１２３４５０９０', '090-1234-5090|'],
    ['IN', '९८७६५४३२१०', '98765 43210|'],
    ['BD', '০১৮১২৩৪৫৬৭৮', '01812-345678|'],
    ['US', '𝟜𝟙𝟝𝟝𝟝𝟝𝟚𝟞𝟟𝟙', '(415) 555-2671|'],
    ['US', '＋４４７４００１２３４６１', '+44 7400 123461|'],
  ] as const)('typed in %s as %s stay in their order', (country, keys, result) => {
    expect(shown(type(keys, empty(country)))).toBe(result);
  });

  test('typed in the middle go where the caret is, which follows them', () => {
    const field = { ...type('0512345', empty('SA')), caret: 3 };
    expect(shown(field)).toBe('051| 234 5');
    expect(shown(type('٩٨', field))).toBe('051 98|2 345');
  });

  test('need one place each, also those of two UTF-16 units', () => {
    const text = '(415) 𝟝𝟝𝟝-2671';
    expect(shown(formatTyped(text, '(415) 𝟝𝟝'.length, 'US'))).toBe('(415) 55|5-2671');
  });
});

describe('the caret', () => {
  test.each([
    ['(415) 555x|-2671', '(415) 555|-2671'],
    ['x|(415) 555-2671', '|(415) 555-2671'],
    ['(415|) 555-2671', '(415|) 555-2671'],
    ['41555526|71', '(415) 555-26|71'],
    ['415|', '(415)|'],
  ])('of %s goes to %s', (typed, result) => {
    const caret = typed.indexOf('|');
    expect(shown(formatTyped(typed.replace('|', ''), caret, 'US'))).toBe(result);
  });

  test('keeps its digits when the prefix before it changes', () => {
    const typed = '00 44 7400 12346';
    const field = formatTyped(`${typed}1`, typed.length - 1, 'SE');
    expect(shown(field)).toBe('+44 7400 1234|61');
  });
});

describe('international prefixes', () => {
  test.each([
    ['SE', '001 415 555 0160', '+1 415 555 0160|', 'US'],
    ['DE', '0014155550161', '+1 415 555 0161|', 'US'],
    ['US', '011 44 7400 123461', '+44 7400 123461|', 'GB'],
    ['CA', '011 44 7400 123461', '+44 7400 123461|', 'GB'],
    ['AU', '0011 44 7400 123461', '+44 7400 123461|', 'GB'],
    ['AU', '011 44 7400 123461', '+44 7400 123461|', 'GB'],
    ['JP', '010 44 7400 123461', '+44 7400 123461|', 'GB'],
    ['JP', '011 44 7400 123461', '+44 7400 123461|', 'GB'],
    ['RU', '8 10 44 7400 123461', '+44 7400 123461|', 'GB'],
    ['US', '0044 7400 123461', '+44 7400 123461|', 'GB'],
    ['SE', '0011 44 7400 123461', '+44 7400 123461|', 'GB'],
    ['SA', '٠٠٤٤ ٧٤٠٠ ١٢٣٤٦١', '+44 7400 123461|', 'GB'],
  ] as const)('typed in %s, %s becomes %s of %s', (country, keys, text, found) => {
    const field = type(keys, empty(country));
    expect([shown(field), field.country]).toEqual([text, found]);
  });

  test.each([
    // A mobile number of Egypt or Korea, typed with the wrong country: no number of a stranger.
    ['US', '01049123456', '01049123456'],
    ['AU', '01149123456', '01149123456'],
    // A mobile of Buenos Aires with a digit too many.
    ['AR', '01115124224694', '01115124224694'],
    // Valid at home.
    ['KR', '01012345678', '01012345678'],
    ['JP', '0114474001', '0114474001'],
    ['DE', '011447400123461', '011447400123461'],
    // No number of the USA begins with 1, and none of a person with 00.
    ['SE', '00114474001234', '00114474001234'],
    ['KR', '00214155550160', '+14155550160'],
    ['RU', '81014155550160', '+14155550160'],
    ['US', '8105550123', '8105550123'],
    // Two readings: 004 and 00.
    ['SG', '004915123456783', '004915123456783'],
    // A country with one prefix means it.
    ['NG', '00914155550160', '+14155550160'],
    ['GY', '00114155550160', '+14155550160'],
    ['SE', '0044', '0044'],
  ] as const)('complete in %s, %s is %s', (country, digits, result) => {
    expect(withPlus(digits, country)).toBe(result);
  });

  test.each([
    // Another digit turns +47 (by Cambodia's 004) into +44 (by 00), or +94 (by 00) into +44 (by 009).
    ['KH', '00447400123461'],
    ['NG', '009447400123461'],
    ['GY', '001447400123461'],
  ] as const)('typed in %s, %s wait while they have two readings', (country, keys) => {
    const field = type(keys, empty(country));
    expect(significantOf(formatTyped(field.text, 0, country, 'complete').text)).toBe(
      '+447400123461',
    );
  });

  test('leave the mobile numbers of every country as they are, at every key', () => {
    for (const country of getCountries()) {
      const example = getExampleNumber(country, examples);
      for (const digits of [
        significantOf(example?.formatNational() ?? ''),
        example?.number ?? '',
      ]) {
        const field = type(digits, empty(country));
        expect([country, significantOf(field.text)]).toEqual([country, digits]);
        expect(field.caret).toBe(field.text.length);
      }
    }
  });
});

describe('pasted texts', () => {
  test.each([
    ['DE', 'Tel: +49 151 23456783', '+49 1512 3456783'],
    ['US', '(+49) 151 23456783', '+49 1512 3456783'],
    ['SE', 'WhatsApp +1 415 555 2671', '+1 415 555 2671'],
    ['US', 'Phone number: (415) 555-2671', '(415) 555-2671'],
    ['SE', '+1\t415 555 2671', '+1 415 555 2671'],
    ['US', 'Phone 2: (415) 555-2671 ext. 5', '(415) 555-2671'],
    ['US', 'tel:+1-415-555-2671', '+1 415 555 2671'],
    ['US', '415 555 2671 or 415 555 2672', '(415) 555-2671'],
    ['US', '415+1 415 555 2671', '+1 415 555 2671'],
    ['SE', '+1 415 555 2671, +1 415 555 2672', '+1 415 555 2671'],
    ['EG', 'رقمي: ٠١٠١٢٣٤٥٠١٠', '010 12345010'],
    ['SE', 'Tel. 0014155550160', '+1 415 555 0160'],
    ['US', 'no number', ''],
  ] as const)('in %s, %s fills the field with %s', (country, text, result) => {
    const field = formatTyped(text, text.length, country, 'pasted');
    expect(shown(field)).toBe(`${result}|`);
  });

  test('lose no digit to a letter that is typed', () => {
    expect(formatTyped('(415) 5x55-2671', 8, 'US').text).toBe('(415) 555-2671');
  });
});

describe('older and domestic forms', () => {
  test.each([
    ['AR', '11 2345-6789', '+5491123456789'],
    ['US', '+541123456789', '+5491123456789'],
    ['AR', '0351 15 234-5678', undefined],
    ['AR', '15 2345-6789', undefined],
    ['MX', '+52 1 55 1234 5678', '+525512345678'],
    ['MX', '1 55 1234 5678', '+525512345678'],
    ['MX', '01 55 1234 5678', '+525512345678'],
    ['MX', '044 55 1234 5678', '+525512345678'],
    ['MX', '045 55 1234 5678', '+525512345678'],
    ['MX', '55 1234 5678', undefined],
    ['MX', '1 00 1234 5678', undefined],
    ['CL', '09 6123 4567', '+56961234567'],
    ['BJ', '97 12 34 56', '+2290197123456'],
    ['GA', '06 12 34 56', '+24166123456'],
    ['GA', '07 12 34 56', '+24177123456'],
    ['US', '(415) 555-2671', undefined],
  ] as const)('in %s, %s is %s', (country, text, result) => {
    expect(currentForm(text, country)).toBe(result);
  });
});
