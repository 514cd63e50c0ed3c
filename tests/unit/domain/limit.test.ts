import { parseLimits } from '../../../src/domain/limit.js';

describe('parseLimits', () => {
  test.each([
    ['5/1h', [{ count: 5, windowSeconds: 3600 }]],
    [
      '5/1h,10/24h',
      [
        { count: 5, windowSeconds: 3600 },
        { count: 10, windowSeconds: 86_400 },
      ],
    ],
    [
      ' 3/90s , 1/1d ',
      [
        { count: 3, windowSeconds: 90 },
        { count: 1, windowSeconds: 86_400 },
      ],
    ],
    [
      '1/1s,999999999/31d',
      [
        { count: 1, windowSeconds: 1 },
        { count: 999_999_999, windowSeconds: 2_678_400 },
      ],
    ],
    ['off', []],
  ])('reads %j', (text, limits) => {
    expect(parseLimits(text)).toEqual(limits);
  });

  test.each([
    '',
    '5',
    '0/1h',
    '5/0h',
    '-5/1h',
    '5/1w',
    '5/1h,',
    '5/h',
    'OFF',
    '1e3/1h',
    '5/32d',
    '5/745h',
    '5/400d',
    '1000000000/1h',
    '5/1h,3/60m',
  ])('refuses %j', (text) => {
    expect(parseLimits(text)).toBeUndefined();
  });
});
