import { parseJson, retryAfterOf } from '../../../src/clients/http-response.js';

describe('Retry-After', () => {
  const waitFor = (text: string | undefined) =>
    retryAfterOf({ headers: text === undefined ? {} : { 'retry-after': text } });

  test.each([
    ['7', 7],
    ['1.2', 2],
    ['0', undefined],
    ['-5', undefined],
    ['', undefined],
    ['soon', undefined],
    [undefined, undefined],
    [new Date(0).toUTCString(), undefined],
    // A day, and a number beyond the range of numbers.
    ['86400', 900],
    ['9'.repeat(400), 900],
    [new Date('2999-01-01').toUTCString(), 900],
  ])('%p is a wait of %p seconds', (text, seconds) => {
    expect(waitFor(text)).toBe(seconds);
  });

  test('a date is relative to the current time, rounded up', () => {
    expect(waitFor(new Date(Date.now() + 20_000).toUTCString())).toBeGreaterThanOrEqual(19);
    expect(waitFor(new Date(Date.now() + 20_000).toUTCString())).toBeLessThanOrEqual(20);
  });
});

test.each([
  ['{"a":[1]}', { a: [1] }],
  ['null', null],
  ['', undefined],
  ['<html>', undefined],
])('the JSON of %p', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});
