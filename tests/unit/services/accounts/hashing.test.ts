import { hash as hashBcrypt } from '@node-rs/bcrypt';
import { AppError } from '../../../../src/errors/app-error.js';
import { Hasher, isOutdated } from '../../../../src/services/accounts/password/hashing.js';

describe('hashing passwords', () => {
  const hasher = new Hasher();

  test('R-PW-4: makes argon2id with 19 MiB and a salt of its own', async () => {
    const [one, other] = await Promise.all([hasher.hash('a password'), hasher.hash('a password')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
    expect(isOutdated(one)).toBe(false);
  });

  test('R-PW-1: compares every byte, also those after the 72nd', async () => {
    const kept = await hasher.hash(`${'x'.repeat(80)}a`);
    expect(await hasher.matches(kept, `${'x'.repeat(80)}b`)).toBe(false);
    expect(await hasher.matches(kept, `${'x'.repeat(80)}a`)).toBe(true);
  });

  test('R-PW-1: takes one spelling of a letter for another', async () => {
    const kept = await hasher.hash('café au lait'.normalize('NFD'));
    expect(await hasher.matches(kept, 'café au lait'.normalize('NFC'))).toBe(true);
  });

  test('knows nobody without a hash', async () => {
    expect(await hasher.matches(undefined, 'nobody has this password')).toBe(false);
  });

  test('reads the hashes of bcrypt, and calls them outdated', async () => {
    const kept = await hashBcrypt('from elsewhere', 4);
    expect(await hasher.matches(kept, 'from elsewhere')).toBe(true);
    expect(await hasher.matches(kept, 'from nowhere')).toBe(false);
    expect(isOutdated(kept)).toBe(true);
  });

  test.each([
    '$argon2id$v=19$m=4096,t=3,p=1$c2FsdA$aGFzaA',
    '$argon2id$v=19$m=19456,t=1,p=1$c2FsdA$aGFzaA',
  ])('R-PW-4: calls %s outdated', (kept) => {
    expect(isOutdated(kept)).toBe(true);
  });

  test('R-PW-6: works on four at once, lets twenty wait and sheds the rest', async () => {
    const asked = Array.from({ length: 30 }, () => new Hasher());
    const one = asked[0]!;
    const outcomes = await Promise.allSettled(asked.map(() => one.hash('a password')));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(6);
    for (const { reason } of refused) {
      expect(reason).toBeInstanceOf(AppError);
      expect((reason as AppError).code).toBe('service_unavailable');
      expect((reason as AppError).extras.retryAfter).toBe(1);
    }
    expect(await one.matches(await one.hash('later'), 'later')).toBe(true);
  });
});
