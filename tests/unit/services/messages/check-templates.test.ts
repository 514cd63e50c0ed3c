import { checkTemplates } from '../../../../src/services/messages/messages.js';

const CALM = { brand: 'Acme', origin: undefined, androidAppHash: undefined, codeLength: 6 };
const FULL = {
  brand: 'ABCDEFGHIJ KLMNOPQRS',
  origin: `${'a'.repeat(36)}.com`,
  androidAppHash: undefined,
  codeLength: 10,
};
const HASH = 'FA+9qCX9VSu';
const OF_PAYMENTS =
  "OTP_ANDROID_APP_HASH: messages of payments in ar, hi, zh, ja exceed the 140 bytes that Android's SMS Retriever reads";

describe('the check of the configured messages', () => {
  it.each([
    ['with nothing but a name', CALM],
    ['with the longest name, origin and code', FULL],
    ['with a name that has umlauts', { ...CALM, brand: 'Käsgrün & Söhne' }],
    ['with a year of three digits', { ...CALM, brand: 'Est. 999' }],
  ])('has nothing to say %s', (_what, options) => {
    expect(checkTemplates(options)).toEqual([]);
  });

  it.each(['Żabka', 'Café Olé ó', 'Acme™', 'متجر', '味'])(
    'warns that %s makes every message UCS-2',
    (brand) => {
      const [warning] = checkTemplates({ ...CALM, brand });
      expect(warning).toMatch(/^OTP_BRAND: .* not in the GSM 7-bit alphabet/);
    },
  );

  it('names the characters', () => {
    expect(checkTemplates({ ...CALM, brand: 'Łódź ó' })[0]).toMatch(/^OTP_BRAND: Ł ó ź is not/);
  });

  it('warns about digits that a phone may mistake for the code', () => {
    expect(checkTemplates({ ...CALM, brand: 'Bank 2024' })).toEqual([
      'OTP_BRAND: phones may mistake its digits for the code',
    ]);
  });

  it.each(['example.com', 'Acme.io Shop', 'a/b', 'bücher.de'])(
    'warns that %s becomes a link',
    (brand) => {
      expect(checkTemplates({ ...CALM, brand }).join()).toMatch(/^OTP_BRAND: .* link/);
    },
  );

  it('warns about a brand with a Sinch parameter', () => {
    expect(checkTemplates({ ...CALM, brand: 'A${b}' }).join()).toMatch(/OTP_BRAND: .*Sinch/);
  });

  it('warns about messages that need extra parts', () => {
    expect(checkTemplates({ ...FULL, brand: '€'.repeat(20), androidAppHash: HASH }).join()).toMatch(
      /OTP_BRAND, OTP_ORIGIN: these make messages in en, es, fr, de, pt, sv need more parts/,
    );
  });

  it('warns about messages that the app cannot read', () => {
    const warnings = checkTemplates({ ...FULL, androidAppHash: HASH });
    expect(warnings).toEqual([
      "OTP_ANDROID_APP_HASH: messages in ar, hi, zh, ja exceed the 140 bytes that Android's SMS Retriever reads",
      "OTP_ANDROID_APP_HASH: messages of payments in en, es, fr, de, pt, sv, ar, hi, zh, ja exceed the 140 bytes that Android's SMS Retriever reads",
    ]);
  });

  it('warns about payments alone if only they are too long for the app', () => {
    expect(checkTemplates({ ...CALM, androidAppHash: HASH })).toEqual([OF_PAYMENTS]);
  });

  it('warns about payments that need extra parts', () => {
    const warnings = checkTemplates({ ...FULL, brand: 'ó'.repeat(20), androidAppHash: HASH });
    expect(warnings.join()).toMatch(/these make messages of payments in en, .* need more parts/);
  });

  it('counts bytes exactly', () => {
    // 11 for the hash, 1 for the line break, 6 for the code: 52 units remain for text and brand.
    const fits = { ...CALM, brand: 'A'.repeat(14), androidAppHash: HASH };
    expect(checkTemplates(fits)).toEqual([OF_PAYMENTS]);
    expect(checkTemplates({ ...fits, brand: 'A'.repeat(18) }).join()).toMatch(
      /messages in ar, hi exceed/,
    );
  });
});
