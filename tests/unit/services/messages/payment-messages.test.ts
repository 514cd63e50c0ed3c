import { sizeOfSms } from '../../../../src/domain/sms-encoding.js';
import { MESSAGE_LOCALES, PAYMENT_TEMPLATES } from '../../../../src/services/messages/templates.js';
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
  binding: { amount: '123456789012.999', currency: 'EUR', payee: 'x'.repeat(30) },
};
const DO_NOT_SHARE =
  /Never share|No la compartas|Ne le partagez pas|Nicht weitergeben|Nunca o revele|Dela den inte|لا تشاركه|किसी को न|请勿告诉他人|他人に教えないで/;

describe('the message of a payment', () => {
  test.each(MESSAGE_LOCALES)(
    '%s: begins with the code and names amount, payee and service',
    (locale) => {
      const text = renderMessage({ ...PAYMENT, locale });
      expect(text.startsWith('123456 ')).toBe(true);
      for (const part of ['39.99 EUR', 'Example Shop', 'Acme']) expect(text).toContain(part);
      expect(text).toMatch(DO_NOT_SHARE);
      expect(text).not.toMatch(/[{}]|\n/);
    },
  );

  test.each(MESSAGE_LOCALES)('%s: names each value once', (locale) => {
    const names = [...PAYMENT_TEMPLATES[locale].matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(names.sort()).toEqual(['amount', 'brand', 'code', 'payee']);
  });

  test.each(['en', 'es', 'fr', 'de', 'pt', 'sv'])(
    '%s: keeps to the GSM 7-bit alphabet',
    (locale) => {
      expect(sizeOfSms(renderMessage({ ...PAYMENT, locale }))).toMatchObject({
        encoding: 'GSM-7',
        parts: 1,
      });
    },
  );

  test.each(MESSAGE_LOCALES)('%s: has at most three parts', (locale) => {
    expect(sizeOfSms(renderMessage({ ...LONGEST, locale })).parts).toBeLessThanOrEqual(3);
  });

  test('does not read placeholders in the payee', () => {
    const binding = { ...PAYMENT.binding, payee: '{code}' };
    expect(renderMessage({ ...PAYMENT, binding, locale: 'en' })).toContain('to {code} at Acme');
  });

  test('isolates names in a right-to-left line', () => {
    expect(renderMessage({ ...PAYMENT, locale: 'ar' })).toContain('\u206839.99 EUR\u2069');
  });
});
