import { pooledRandomBytes } from '../../../src/domain/random.js';

test('never returns the same bytes twice, across many refills of the pool', () => {
  const given = Array.from({ length: 20_000 }, () => pooledRandomBytes(16).toString('hex'));
  expect(new Set(given).size).toBe(20_000);
  expect(given.every((bytes) => bytes.length === 32)).toBe(true);
});

test('returns copies: writing to them does not change later bytes', () => {
  const first = pooledRandomBytes(16);
  first.fill(0);
  const later = Array.from({ length: 1_000 }, () => pooledRandomBytes(16));
  expect(later.every((bytes) => bytes.some((byte) => byte !== 0))).toBe(true);
});

test('every bit is set half of the time', () => {
  const bytes = Array.from({ length: 4_000 }, () => pooledRandomBytes(23));
  for (let bit = 0; bit < 23 * 8; bit += 1) {
    const set = bytes.filter((one) => ((one[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
    // Six standard deviations: 32 each.
    expect(Math.abs(set - 2_000)).toBeLessThan(190);
  }
});

test('accepts at most the size of the pool', () => {
  expect(pooledRandomBytes(4096)).toHaveLength(4096);
  for (const count of [4097, 0, -1, 1.5, NaN])
    expect(() => pooledRandomBytes(count)).toThrow(RangeError);
});
