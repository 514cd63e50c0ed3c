import { charactersOutsideGsm7, sizeOfSms } from '../../../src/domain/sms-encoding.js';

// 3GPP TS 23.038, section 6.2.1, row by row; \x1b is the escape character.
const TABLE =
  '@£$¥èéùìòÇ\nØø\rÅå' +
  'Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ' +
  ' !"#¤%&\'()*+,-./' +
  '0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNO' +
  'PQRSTUVWXYZÄÖÑÜ§' +
  '¿abcdefghijklmno' +
  'pqrstuvwxyzäöñüà';

describe('the GSM 7-bit alphabet', () => {
  it('contains the 127 characters of the table, one septet each', () => {
    expect(TABLE).toHaveLength(128);
    const characters = TABLE.replace('\x1b', '');
    expect(sizeOfSms(characters)).toEqual({ encoding: 'GSM-7', units: 127, parts: 1 });
  });

  it('contains ten more, two septets each', () => {
    expect(sizeOfSms('\f^{}\\[~]|€')).toEqual({ encoding: 'GSM-7', units: 20, parts: 1 });
  });

  it.each(Array.from('áíóúçêãõâôîûëïœÁÍÓÚÀÈÊÃÕ`’“”–—…·\t\u00a0\x1b'))(
    'does not contain %j',
    (character) => {
      expect(charactersOutsideGsm7(`a${character}b${character}`)).toEqual([character]);
    },
  );

  it('does not contain characters of two UTF-16 units', () => {
    expect(charactersOutsideGsm7('a🔑')).toEqual(['🔑']);
  });
});

describe('the size of a text', () => {
  const parts = (text: string) => sizeOfSms(text).parts;

  it.each([
    ['nothing', '', 'GSM-7', 0, 1],
    ['160 septets', 'a'.repeat(160), 'GSM-7', 160, 1],
    ['161 septets', 'a'.repeat(161), 'GSM-7', 161, 2],
    ['two full parts', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['one more than two full parts', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['80 characters of two septets', '€'.repeat(80), 'GSM-7', 160, 1],
    ['70 units', 'ж'.repeat(70), 'UCS-2', 70, 1],
    ['71 units', 'ж'.repeat(71), 'UCS-2', 71, 2],
    ['two full parts of UCS-2', 'ж'.repeat(134), 'UCS-2', 134, 2],
    ['one more', 'ж'.repeat(135), 'UCS-2', 135, 3],
    ['one foreign character among many', `${'a'.repeat(69)}ó`, 'UCS-2', 70, 1],
  ])('%s', (_what, text, encoding, units, expected) => {
    expect(sizeOfSms(text)).toEqual({ encoding, units, parts: expected });
  });

  it('does not split a character of two septets', () => {
    // 152 + 2 septets exceed 153, so the first part has 152 and the text needs another part.
    const text = `${'a'.repeat(152)}€${'a'.repeat(152)}`;
    expect(sizeOfSms(text).units).toBe(306);
    expect(parts(text)).toBe(3);
    expect(parts(`${'a'.repeat(151)}€${'a'.repeat(153)}`)).toBe(2);
  });

  it('does not split a character of two units', () => {
    expect(parts(`${'ж'.repeat(66)}🔑${'ж'.repeat(66)}`)).toBe(3);
    expect(parts(`${'ж'.repeat(65)}🔑${'ж'.repeat(67)}`)).toBe(2);
  });
});
