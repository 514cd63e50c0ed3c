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

  test.each([
    ['001 415 555 0160', 'SE', '+14155550160', 'US'],
    ['0014155550161', 'DE', '+14155550161', 'US'],
    ['0014155550161', 'SG', '+14155550161', 'US'],
    ['011 44 7400 123461', 'US', '+447400123461', 'GB'],
    ['011 44 7400 123461', 'CA', '+447400123461', 'GB'],
    ['(011) 44 7400 123461', 'AU', '+447400123461', 'GB'],
    ['011 44 7400 123461', 'JP', '+447400123461', 'GB'],
    ['0011 44 7400 123461', 'AU', '+447400123461', 'GB'],
    ['010 44 7400 123461', 'JP', '+447400123461', 'GB'],
    ['8 10 44 7400 123461', 'RU', '+447400123461', 'GB'],
    ['00 21 44 7400 123461', 'BR', '+447400123461', 'GB'],
    ['00 44 7400 123461', 'BR', '+447400123461', 'GB'],
    ['00-44-7400-123461', 'US', '+447400123461', 'GB'],
    ['00 54 11 2345 6789', 'US', '+5491123456789', 'AR'],
  ])('reads the international prefix of %j in %s', (text, country, e164, expected) => {
    expect(parsePhoneNumber(text, country)).toMatchObject({ e164, country: expected });
  });

  test.each([
    ['011 123 45 67', 'SE', '+46111234567'],
    ['011 9123 4567', 'KR', '+821191234567'],
    ['011 500 5123', 'RS', '+381115005123'],
    ['011 1234 5678', 'MY', '+601112345678'],
  ])(
    'reads %j as a national number of %s, not as an international prefix',
    (text, country, e164) => {
      expect(parsePhoneNumber(text, country)?.e164).toBe(e164);
    },
  );

  test.each([
    ['+5491123456789', ['11 2345-6789', 'AR']],
    ['+5491123456789', ['011 2345-6789', 'AR']],
    ['+5491123456789', ['011 15 2345-6789', 'AR']],
    ['+5491123456789', ['11 15 2345-6789', 'AR']],
    ['+5491123456789', ['9 11 2345-6789', 'AR']],
    ['+5491123456789', ['+541123456789']],
    ['+5491123456789', ['+54 11 15 2345 6789']],
    ['+5491123456789', ['+54 9 11 15 2345 6789']],
    ['+5491123456789', ['+54 9 011 2345 6789']],
    ['+5493512345678', ['0351 15 234-5678', 'AR']],
    ['+5493512345678', ['+54 351 234 5678']],
    ['+525512345678', ['+52 1 55 1234 5678']],
    ['+525512345678', ['1 55 1234 5678', 'MX']],
    ['+525512345678', ['044 55 1234 5678', 'MX']],
    ['+525512345678', ['045 55 1234 5678', 'MX']],
    ['+525512345678', ['01 55 1234 5678', 'MX']],
    ['+525512345678', ['+52 044 55 1234 5678']],
    ['+56961234567', ['09 6123 4567', 'CL']],
    ['+56961234567', ['+56 09 6123 4567']],
    ['+2290197123456', ['+229 97 12 34 56']],
    ['+2290197123456', ['97 12 34 56', 'BJ']],
    ['+24166031234', ['+241 06 03 12 34']],
    ['+24166031234', ['+241 6 03 12 34']],
    ['+24166031234', ['066 03 12 34', 'GA']],
    ['+24177123456', ['07 12 34 56', 'GA']],
    ['+5511912345678', ['0 15 11 91234 5678', 'BR']],
    ['+79123456789', ['8 912 345-67-89', 'RU']],
    ['+447400123461', ['+44 (0)7400 123461']],
  ] as const)('knows %s in another form: %j', (e164, [text, country]) => {
    expect(parsePhoneNumber(text, country)).toMatchObject({ e164, type: expect.anything() });
    expect(parsePhoneNumber(e164)?.e164).toBe(e164);
  });

  test.each([
    ['+55 11 8234 5678', undefined],
    ['15 2345-6789', 'AR'],
    ['011 15 5124-22469', 'AR'],
    ['+52 1 1 55 1234 5678', undefined],
    ['+225 07 12 34 56', undefined],
    ['0168 123 4567', 'VN'],
  ])('does not guess what %j was', (text, country) => {
    expect(parsePhoneNumber(text, country)).toBeUndefined();
  });

  test('leaves special numbers of Argentina as they are', () => {
    expect(parsePhoneNumber('0800 555 0123', 'AR')?.type).not.toBe('MOBILE');
  });

  test('parses a worst case of 4 KB quickly', () => {
    const startedAt = performance.now();
    expect(parsePhoneNumber(`+1${' ('.repeat(2000)}`)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(20);
  });
});

const NO_OTHERS = { allowVoip: false, allowPersonal: false };
const ALL_OTHERS = { allowVoip: true, allowPersonal: true };

describe('canReceive', () => {
  test('allows voice calls to landlines, but no text messages', () => {
    expect(canReceive('FIXED_LINE', 'sms', NO_OTHERS)).toBe(false);
    expect(canReceive('FIXED_LINE', 'voice', NO_OTHERS)).toBe(true);
  });

  test('accepts VoIP only if allowed', () => {
    expect(canReceive('VOIP', 'sms', NO_OTHERS)).toBe(false);
    expect(canReceive('VOIP', 'sms', { ...NO_OTHERS, allowVoip: true })).toBe(true);
    expect(canReceive('VOIP', 'sms', { ...ALL_OTHERS, allowVoip: false })).toBe(false);
  });

  test('accepts personal numbers only if allowed', () => {
    for (const channel of ['sms', 'voice'] as const) {
      expect(canReceive('PERSONAL_NUMBER', channel, NO_OTHERS)).toBe(false);
      const allowed = { ...NO_OTHERS, allowPersonal: true };
      expect(canReceive('PERSONAL_NUMBER', channel, allowed)).toBe(true);
    }
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
    expect(canReceive(type, 'sms', ALL_OTHERS)).toBe(false);
    expect(canReceive(type, 'voice', ALL_OTHERS)).toBe(false);
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
