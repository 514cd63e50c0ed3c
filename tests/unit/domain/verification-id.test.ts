import {
  VERIFICATION_ID_PATTERN,
  newReference,
  newVerificationId,
} from '../../../src/domain/verification-id.js';

describe('newVerificationId', () => {
  test('does not repeat in 200,000 ids, and each has its form', () => {
    const ids = new Set(Array.from({ length: 200_000 }, () => newVerificationId(Date.now())));
    expect(ids.size).toBe(200_000);
    expect([...ids].every((id) => VERIFICATION_ID_PATTERN.test(id))).toBe(true);
  });

  test('sorts by time, for index locality', () => {
    const [older, newer] = [
      newVerificationId(1_700_000_000_000),
      newVerificationId(1_700_000_000_001),
    ];
    expect(older < newer).toBe(true);
  });

  test('has at least 128 random bits after the time', () => {
    // The time takes 48 of 184 bits, which are the first 9.6 characters.
    const [one, two] = [newVerificationId(0), newVerificationId(0)];
    expect(one.slice(0, 9)).toBe(two.slice(0, 9));
    expect((one.length - 10) * 5).toBeGreaterThanOrEqual(128);
    expect(one.slice(10)).not.toBe(two.slice(10));
  });

  test('every character of the random part takes every value', () => {
    const seen = Array.from({ length: 26 }, () => new Set<string>());
    for (let i = 0; i < 2000; i += 1) {
      const id = newVerificationId(0).slice(10, 36);
      for (let place = 0; place < 26; place += 1) seen[place]?.add(id.charAt(place));
    }
    expect(seen.map((set) => set.size)).toEqual(Array.from({ length: 26 }, () => 32));
  });
});

test('newReference begins with the time characters of its verification, then has 128 random bits', () => {
  const id = newVerificationId(Date.now());
  const [one, other] = [newReference(id), newReference(id)];
  expect(one).toMatch(/^[0-9a-hjkmnp-tv-z]{36}$/);
  expect(one.slice(0, 10)).toBe(id.slice(0, 10));
  expect(one.slice(10)).not.toBe(id.slice(10, 36));
  expect(one).not.toBe(other);
});
