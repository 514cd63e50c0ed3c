import { TOTP } from 'otpauth';
import {
  newBackupCodes,
  parseBackupCode,
  formatBackupCode,
} from '../../../../src/domain/backup-code.js';
import { newEnrolment, stepOf } from '../../../../src/services/accounts/totp/authenticator.js';
import { SecretBox } from '../../../../src/domain/secret-box.js';

const FIRST = 'the-first-secret-of-accounts-0123456789';
const SECOND = 'the-second-secret-of-accounts-9876543210';

describe('a secret box', () => {
  const box = new SecretBox([FIRST]);

  test('opens a secret for its owner only', () => {
    const sealed = box.seal('JBSWY3DPEHPK3PXP', 'ada');
    expect(sealed).not.toContain('JBSWY3DP');
    expect(box.open(sealed, 'ada')).toBe('JBSWY3DPEHPK3PXP');
    expect(() => box.open(sealed, 'eve')).toThrow();
    expect(box.seal('JBSWY3DPEHPK3PXP', 'ada')).not.toBe(sealed);
  });

  test.each([0, 5, 20, -1])('notices a changed byte (%i)', (at) => {
    const [version, id, text = ''] = box.seal('JBSWY3DPEHPK3PXP', 'ada').split('.');
    const bytes = Buffer.from(text, 'base64url');
    const index = at < 0 ? bytes.length + at : at;
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    expect(() => box.open(`${version}.${id}.${bytes.toString('base64url')}`, 'ada')).toThrow();
  });

  test('opens a secret of an older key and reports it', () => {
    const sealed = box.seal('JBSWY3DPEHPK3PXP', 'ada');
    const rotated = new SecretBox([SECOND, FIRST]);
    expect(rotated.open(sealed, 'ada')).toBe('JBSWY3DPEHPK3PXP');
    expect([rotated.needsReseal(sealed), box.needsReseal(sealed)]).toEqual([true, false]);
    expect(() => new SecretBox([SECOND]).open(sealed, 'ada')).toThrow('a key of ACCOUNT_SECRET');
  });

  test('needs a key', () => {
    expect(() => new SecretBox([])).toThrow('ACCOUNT_SECRET');
  });
});

describe('the step of a code', () => {
  const { secret } = newEnrolment('Acme', '+14155552671');
  const NOW = 1_800_000_015;
  const code = (step: number) =>
    new TOTP({ secret }).generate({ timestamp: (NOW + step * 30) * 1000 });

  test('is the current or the previous one, never a future one', () => {
    const present = Math.floor(NOW / 30);
    expect(stepOf(secret, code(0), NOW, 1)).toBe(present);
    expect(stepOf(secret, code(-1), NOW, 1)).toBe(present - 1);
    expect(stepOf(secret, code(-1), NOW, 0)).toBeUndefined();
    for (const step of [1, 2, -2, 100]) expect(stepOf(secret, code(step), NOW, 1)).toBeUndefined();
  });

  test('agrees with RFC 6238, appendix B', () => {
    // "12345678901234567890" in Base32. The RFC's codes have eight digits; these are the last six.
    const known = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    expect(stepOf(known, '287082', 59, 0)).toBe(1);
    expect(stepOf(known, '081804', 1_111_111_109, 0)).toBe(37_037_036);
    expect(stepOf(known, '005924', 1_234_567_890, 0)).toBe(41_152_263);
  });

  test.each(['', '12345', '１２３４５６', '123456\n', ' 123456'])('is undefined for %j', (text) => {
    expect(stepOf(secret, text, NOW, 1)).toBeUndefined();
  });

  test('comes from a secret with an otpauth URL and a QR code', () => {
    const { otpauthUrl, qrSvg } = newEnrolment('Acme Shop', '+14155552671');
    expect(otpauthUrl).toMatch(
      /^otpauth:\/\/totp\/Acme%20Shop:%2B14155552671\?issuer=Acme%20Shop&secret=[A-Z2-7]{32}&/,
    );
    expect(qrSvg).toMatch(
      /^<svg viewBox="0 0 \d+ \d+" xmlns="http:\/\/www\.w3\.org\/2000\/svg"><rect /,
    );
  });
});

describe('a backup code', () => {
  test('is read in any typed form', () => {
    const codes = newBackupCodes(10);
    expect(new Set(codes.map(({ selector }) => selector)).size).toBe(10);
    for (const code of codes) {
      const text = formatBackupCode(code);
      expect(text).toMatch(/^\w{5}-\w{5}-\w{5}$/);
      for (const typed of [
        text,
        text.toUpperCase(),
        text.replaceAll('-', ''),
        text.replaceAll('-', ' '),
      ]) {
        expect(parseBackupCode(typed)).toEqual(code);
      }
      expect(parseBackupCode(text.replaceAll('0', 'O').replaceAll('1', 'l'))).toEqual(code);
    }
  });

  test.each(['', '12345', '00000-00000-0000', '00000-00000-00000-0', 'uuuuu-uuuuu-uuuuu'])(
    'is not %j',
    (text) => {
      expect(parseBackupCode(text)).toBeUndefined();
    },
  );
});
