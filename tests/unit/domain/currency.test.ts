import { minorUnitsOf } from '../../../src/domain/currency.js';

test.each([
  ['EUR', 2],
  ['HUF', 2],
  ['JPY', 0],
  ['ISK', 0],
  ['KWD', 3],
  ['IQD', 3],
  ['CLF', undefined],
  ['QQQ', undefined],
  ['XTS', undefined],
  ['XAU', undefined],
  ['DEM', undefined],
  ['', undefined],
])('%s has %s decimals', (currency, digits) => {
  expect(minorUnitsOf(currency)).toBe(digits);
});

test('every currency is known to the runtime, or is newer', () => {
  const known = new Set(Intl.supportedValuesOf('currency'));
  const newer = ['VED'];
  const codes = Array.from({ length: 26 ** 3 }, (_, i) =>
    [i / 676, (i / 26) % 26, i % 26].map((n) => String.fromCharCode(65 + Math.floor(n))).join(''),
  ).filter((code) => minorUnitsOf(code) !== undefined);
  expect(codes.length).toBeGreaterThan(145);
  expect(codes.filter((code) => !known.has(code) && !newer.includes(code))).toEqual([]);
});
