import { charactersOutsideGsm7, sizeOfSms } from '../../../src/domain/sms-encoding.js';

// 3GPP TS 23.038, section 6.2.1, row by row; \x1b is the escape and stands for nothing by itself.
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
  it('has the 127 characters of the table, a septet each', () => {
    expect(TABLE).toHaveLength(128);
    const characters = TABLE.replace('\x1b', '');
    expect(sizeOfSms(characters)).toEqual({ encoding: 'GSM-7', units: 127, parts: 1 });
  });

  it('has ten more, two septets each', () => {
    expect(sizeOfSms('\f^{}\\[~]|€')).toEqual({ encoding: 'GSM-7', units: 20, parts: 1 });
  });

  it.each(Array.from('áíóúçêãõâôîûëïœÁÍÓÚÀÈÊÃÕ`’“”–—…·\t\u00a0\x1b'))(
    'does not have %j',
    (character) => {
      expect(charactersOutsideGsm7(`a${character}b${character}`)).toEqual([character]);
    },
  );

  it('has nothing of a character that is two units of UTF-16', () => {
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

  it('does not tear a character of two septets apart', () => {
    // 152 + 2 do not fit into 153: the first part stays one short, and the last overflows.
    const text = `${'a'.repeat(152)}€${'a'.repeat(152)}`;
    expect(sizeOfSms(text).units).toBe(306);
    expect(parts(text)).toBe(3);
    expect(parts(`${'a'.repeat(151)}€${'a'.repeat(153)}`)).toBe(2);
  });

  it('does not tear a character of two units apart', () => {
    expect(parts(`${'ж'.repeat(66)}🔑${'ж'.repeat(66)}`)).toBe(3);
    expect(parts(`${'ж'.repeat(65)}🔑${'ж'.repeat(67)}`)).toBe(2);
  });
});
