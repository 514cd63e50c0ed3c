import { baseOfTag, isLanguageTag, withHyphens } from '../../../src/domain/language-tag.js';

test.each([
  ['en', 'en'],
  ['en_US', 'en-US'],
  ['zh_Hans_CN', 'zh-Hans-CN'],
  ['es-419', 'es-419'],
  ['ar-u-nu-latn', 'ar'],
  ['de-DE-x-formal', 'de-DE'],
  ['zh-cmn-Hans-CN', 'zh-cmn-Hans-CN'],
  ['sl-rozaj-biske-1994', 'sl'],
  ['de-CH-1901', 'de-CH'],
  ['en-US-u-islamcal', 'en-US'],
  ['en-a-myext-b-another', 'en'],
  ['tlh', 'tlh'],
  ['x-whatever', undefined],
  ['i-klingon', undefined],
])('%s is a language tag of %s', (tag, base) => {
  expect(isLanguageTag(withHyphens(tag))).toBe(true);
  expect(baseOfTag(withHyphens(tag))).toBe(base);
});

test.each([
  '',
  'e',
  'en-',
  '-en',
  'en--US',
  'en US',
  'en-US ',
  'en-US\n',
  'en,sv',
  'en;q=0.5',
  'en_US.UTF-8',
  '*',
  '123',
  'en-a',
  'en-x',
  'x',
  'de-419-DE',
  'sv-SE-abcd',
  'a-DE',
  'english',
  'NULL',
  'svåå',
  'ｅｎ',
])('%j is malformed', (tag) => {
  expect(isLanguageTag(withHyphens(tag))).toBe(false);
});

test('judges a worst case of 4 KB quickly', () => {
  const startedAt = performance.now();
  isLanguageTag(`en${'-a-aa'.repeat(800)}!`);
  expect(performance.now() - startedAt).toBeLessThan(20);
});
