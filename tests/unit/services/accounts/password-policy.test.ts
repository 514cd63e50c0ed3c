import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { passwordFault } from '../../../../src/services/accounts/password/policy.js';

const LIST = join(
  import.meta.dirname,
  '../../../../src/services/accounts/password/common-passwords.txt',
);
const ADA = { phoneNumber: '+14155552671', name: 'Ada Lovelace', brand: 'Acme Shop' };
const faultOf = (password: string) => passwordFault(password, ADA);

describe('a new password', () => {
  test.each([
    ['seven characters', 'x7!kQ2z', false],
    ['eight characters', 'x7!kQ2zB', true],
    ['eight letters of one kind', 'qmvhrwtk', true],
    ['fifteen blanks and a letter', `${' '.repeat(15)}x`, true],
    ['sixty-four emoji', '😀'.repeat(64), true],
    ['seven emoji, which are fourteen UTF-16 units', '😀😃😄😁😆😅🤣', false],
    ['eight different emoji', '😀😃😄😁😆😅🤣😂', true],
    ['a thousand characters', 'correct horse '.repeat(72), true],
  ])('R-PW-1, R-PW-2: %s', (_what, password, good) => {
    expect(faultOf(password) === undefined).toBe(good);
  });

  test('R-PW-1: is counted after composition', () => {
    // Seven characters with combining accents: 14 code points before NFC.
    expect(faultOf('é'.repeat(7).normalize('NFD'))).toContain('at least 8');
  });

  test('R-PW-3: is none of the most common ones, in any case', () => {
    const common = readFileSync(LIST, 'utf8').trim().split('\n');
    expect(common.length).toBeGreaterThan(3000);
    for (const password of [...common.slice(0, 100), ...common.slice(-20)]) {
      expect([password, faultOf(password)]).toEqual([password, expect.any(String)]);
      expect(faultOf(password.toUpperCase())).toBe(faultOf(password));
    }
  });

  test.each([
    'Proofline1',
    'proofline2026!',
    'acme shop 1',
    '+14155552671',
    '14155552671',
    '4155552671',
    '5552671abc',
    'AdaLovelace',
    'Lovelace99',
  ])('R-PW-3: does not consist of %s', (password) => {
    expect(faultOf(password)).toMatch(/your number, your name or the name of this service|common/);
  });

  test.each([
    ['Ann Lee', 'ann-2026!', true],
    ['Ann Lee', 'Lee 2026!', true],
    ['Bo', 'bo-20267!', false],
  ])('R-PW-3: knows the name %s, from three letters on, in %s', (name, password, refused) => {
    expect(passwordFault(password, { ...ADA, name }) !== undefined).toBe(refused);
  });

  test.each([
    'my acme shop order is late again',
    'lovelace and babbage at noon',
    'adamant granite',
  ])('R-PW-3: may have such a word in it: %s', (password) => {
    expect(faultOf(password)).toBeUndefined();
  });
});
