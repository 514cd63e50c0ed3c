import { jest } from '@jest/globals';
import { hash as hashBcrypt } from '@node-rs/bcrypt';
import { AppError } from '../../../../src/errors/app-error.js';
import { Hasher, isOutdated } from '../../../../src/services/accounts/password/hashing.js';

/** All but setTimeout. */
const REAL = ['nextTick', 'queueMicrotask', 'setImmediate', 'performance', 'Date'] as const;

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
    const one = new Hasher();
    const outcomes: string[] = [];
    const ask = async () => {
      try {
        await one.hash('a password');
        outcomes.push('hashed');
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).extras.retryAfter).toBe(1);
        outcomes.push((error as AppError).code);
      }
    };
    // Only the waiting ones have a timer. Time passes before any hash is done.
    jest.useFakeTimers({ now: Date.now(), doNotFake: [...REAL] });
    const asked = Array.from({ length: 30 }, ask);
    await Promise.resolve();
    const waiting = jest.getTimerCount();
    jest.advanceTimersByTime(1_000);
    jest.useRealTimers();
    await Promise.all(asked);
    expect(waiting).toBe(20);
    expect(outcomes.filter((outcome) => outcome === 'hashed')).toHaveLength(4);
    expect(outcomes.filter((outcome) => outcome === 'service_unavailable')).toHaveLength(26);
    expect(await one.matches(await one.hash('later'), 'later')).toBe(true);
  });

  test('R-PW-6: works on all that wait when there is time', async () => {
    const one = new Hasher();
    const asked = Array.from({ length: 24 }, () => one.hash('a password'));
    await expect(one.hash('a password')).rejects.toThrow(AppError);
    // Fewer may be done on a busy machine: nobody waits longer than a second.
    const done = (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled');
    expect(done.length).toBeGreaterThan(4);
  });
});
