import { canReceive, maskPhoneNumber, parsePhoneNumber } from '../../../src/domain/phone-number.js';

describe('parsePhoneNumber', () => {
  test.each([
    ['call me +46701234567 now', undefined],
    ['+４６７０１２３４５６７', undefined],
    ['+٤٦٧٠١٢٣٤٥٦٧', undefined],
    ['+46701234567\u202e', undefined],
    ['+46701234567;ext=99', undefined],
    ['+46701234567 ext. 9', undefined],
    ['+46701234567\n', undefined],
    ['++46701234567', undefined],
    ['0701234567', undefined],
    ['070\t1234567', 'SE'],
    ['tel:+46701234567', undefined],
    ['+46', undefined],
    ['+999123456789', undefined],
    ['+88312345678', undefined],
    ['-', 'SE'],
    ['', 'SE'],
  ])('refuses %j', (text, country) => {
    expect(parsePhoneNumber(text, country)).toBeUndefined();
  });

  test.each([
    ['+46701234567', undefined, '+46701234567', 'SE'],
    ['+46 (0)70-123 45 67', undefined, '+46701234567', 'SE'],
    ['070.123.45.67', 'SE', '+46701234567', 'SE'],
    ['(415) 555 2671', 'US', '+14155552671', 'US'],
    ['00 1 415 555 2671', 'SE', '+14155552671', 'US'],
  ])('reads %j', (text, country, e164, expected) => {
    expect(parsePhoneNumber(text, country)).toMatchObject({ e164, country: expected });
  });

  test('parses a worst case of 4 KB quickly', () => {
    const startedAt = performance.now();
    expect(parsePhoneNumber(`+1${' ('.repeat(2000)}`)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(20);
  });
});

describe('canReceive', () => {
  test('allows voice calls to landlines, but no text messages', () => {
    expect(canReceive('FIXED_LINE', 'sms', false)).toBe(false);
    expect(canReceive('FIXED_LINE', 'voice', false)).toBe(true);
  });

  test('accepts VoIP only if allowed', () => {
    expect(canReceive('VOIP', 'sms', false)).toBe(false);
    expect(canReceive('VOIP', 'sms', true)).toBe(true);
  });

  test.each([
    'PREMIUM_RATE',
    'SHARED_COST',
    'PAGER',
    'VOICEMAIL',
    'UAN',
    'TOLL_FREE',
    undefined,
  ] as const)('never accepts %s', (type) => {
    expect(canReceive(type, 'sms', true)).toBe(false);
    expect(canReceive(type, 'voice', true)).toBe(false);
  });
});

describe('maskPhoneNumber', () => {
  test.each([
    ['+46701234567', '+4670*****67'],
    ['+14155552671', '+1415*****71'],
    ['+2901234', '+2****34'],
  ])('shows %s as %s', (number, masked) => {
    expect(maskPhoneNumber(number)).toBe(masked);
  });
});
