import { sizeOfSms } from '../../../../src/domain/sms-encoding.js';
import { MESSAGE_LOCALES } from '../../../../src/services/messages/languages.js';
import { PAYMENT_TEMPLATES } from '../../../../src/services/messages/templates.js';
import { renderMessage } from '../../../../src/services/messages/messages.js';

const PAYMENT = {
  purpose: 'transaction',
  brand: 'Acme',
  code: '123456',
  binding: { amount: '39.99', currency: 'EUR', payee: 'Example Shop' },
};
const LONGEST = {
  purpose: 'transaction',
  brand: 'ABCDEFGHIJ KLMNOPQRS',
  code: '0123456789',
  origin: `${'a'.repeat(36)}.com`,
  binding: { amount: '123456789012.99', currency: 'EUR', payee: 'x'.repeat(30) },
};
const GSM_LOCALES = ['en', 'es', 'fr', 'de', 'pt', 'sv'];
const DO_NOT_SHARE =
  /Never share|No la comparta|Ne le partagez pas|Nicht weitergeben|Nunca o revele|Dela den inte|لا تشاركه|किसी को न|请勿告诉他人|他人に教えないで/;

const A_PAYMENT = /payment|pagar|payer|Zahlung|betala|دفع|भुगतान|支付|支払/;

describe('the message of a payment', () => {
  test.each(MESSAGE_LOCALES)(
    '%s: begins with the code and names amount, payee and service, and says that it pays',
    (locale) => {
      const text = renderMessage({ ...PAYMENT, locale });
      expect(text.startsWith('123456 ')).toBe(true);
      expect(text).toMatch(/\b39[.,]99 EUR\b/);
      for (const part of ['Example Shop', 'Acme']) expect(text).toContain(part);
      expect(text).toMatch(DO_NOT_SHARE);
      expect(text).toMatch(A_PAYMENT);
      expect(text).not.toMatch(/[{}]|\n/);
    },
  );

  test.each(MESSAGE_LOCALES)('%s: names each value once', (locale) => {
    const names = [...PAYMENT_TEMPLATES[locale].matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(names.sort()).toEqual(['amount', 'brand', 'code', 'payee']);
  });

  test.each(GSM_LOCALES)('%s: keeps to the GSM 7-bit alphabet', (locale) => {
    expect(sizeOfSms(renderMessage({ ...PAYMENT, locale }))).toMatchObject({
      encoding: 'GSM-7',
      parts: 1,
    });
  });

  test.each(MESSAGE_LOCALES)('%s: has as many parts as documented', (locale) => {
    const isGsm7 = GSM_LOCALES.includes(locale);
    const size = sizeOfSms(renderMessage({ ...LONGEST, locale }));
    expect(size).toMatchObject(
      isGsm7 ? { encoding: 'GSM-7', parts: 2 } : { encoding: 'UCS-2', parts: 3 },
    );
    const binding = { ...LONGEST.binding, payee: 'ó'.repeat(30) };
    expect(sizeOfSms(renderMessage({ ...LONGEST, binding, locale })).parts).toBeLessThanOrEqual(4);
  });

  test.each([
    ['1500', 'EUR', 'en', '1,500.00 EUR'],
    ['1500', 'EUR', 'en-US', '1,500.00 EUR'],
    ['1500', 'EUR', 'de', '1.500,00 EUR'],
    ['1.5', 'EUR', 'de-DE-x-formal', '1,50 EUR'],
    ['1500', 'CHF', 'de-CH', "1'500.00 CHF"],
    ['12500', 'EUR', 'fr', '12 500,00 EUR'],
    ['12500', 'SEK', 'sv', '12 500,00 SEK'],
    ['12500', 'EUR', 'es', '12.500,00 EUR'],
    ['12500', 'MXN', 'es-MX', '12,500.00 MXN'],
    ['12500', 'BRL', 'pt-BR', '12.500,00 BRL'],
    ['150000', 'INR', 'hi', '1,50,000.00 INR'],
    ['1500', 'JPY', 'ja', '1,500 JPY'],
    ['1.5', 'KWD', 'en', '1.500 KWD'],
    ['123456789012.999', 'KWD', 'en', '123,456,789,012.999 KWD'],
    ['1500', 'EGP', 'ar-EG-u-nu-latn', '1,500.00 EGP'],
    ['1500', 'EGP', 'ar-EG', '١٬٥٠٠٫٠٠ EGP'],
    ['1500', 'EUR', 'zh-cmn', '1,500.00 EUR'],
    // A language without texts reads English, in words and in numbers.
    ['1500', 'EUR', 'nl', '1,500.00 EUR'],
    ['1500', 'EUR', 'enm', '1,500.00 EUR'],
    ['1500', 'EUR', null, '1,500.00 EUR'],
  ])('writes %s %s for %s as %s', (amount, currency, locale, expected) => {
    const binding = { ...PAYMENT.binding, amount, currency };
    expect(renderMessage({ ...PAYMENT, binding, locale })).toContain(expected);
  });

  test('does not read placeholders in the payee', () => {
    const binding = { ...PAYMENT.binding, payee: '{code}' };
    expect(renderMessage({ ...PAYMENT, binding, locale: 'en' })).toContain('to {code} at Acme');
  });

  test('isolates names in a right-to-left line', () => {
    expect(renderMessage({ ...PAYMENT, locale: 'ar' })).toContain('\u206839.99 EUR\u2069');
  });
});
