import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { startRig, type ProviderRig } from '../../../support/provider-rig.js';
import { TestService, freshNumber } from '../../../support/service.js';

const BINDING = { amount: '39.99', currency: 'EUR', payee: 'Example Shop' };

describe('a confirmed payment', () => {
  let rig: ProviderRig;
  beforeAll(async () => {
    rig = await startRig('local-code on Postgres', { OTP_BRAND: 'Acme' });
  });
  afterAll(() => rig.stop());

  const ask = (phoneNumber: string, more: Record<string, unknown> = {}) =>
    rig.service.post('/request-otp', {
      phoneNumber,
      purpose: 'transaction',
      binding: BINDING,
      ...more,
    });

  test('is named in the message with amount and payee', async () => {
    const number = freshNumber();
    await rig.service.request(number, { purpose: 'transaction', binding: BINDING });
    const text = String(rig.simulator.inbox.list(number)[0]?.text);
    const code = rig.codeFor(number);
    expect(text).toBe(
      `${code} confirms your payment of 39.99 EUR to Example Shop at Acme. Never share it.`,
    );
  });

  test('is in the proof, with its hash', async () => {
    const { service } = rig;
    const number = freshNumber();
    const id = await service.request(number, { purpose: 'transaction', binding: BINDING });
    const { status, body } = await service.verify(id, rig.codeFor(number));
    expect(status).toBe(200);
    const hash = createHash('sha256')
      .update(JSON.stringify(['39.99', 'EUR', 'Example Shop']))
      .digest('base64url');
    const claims = { purpose: 'transaction', binding: BINDING, binding_hash: hash };
    expect(decodeJwt(String(body['proof']))).toMatchObject(claims);
    const { body: read } = await service.post('/proofs/introspect', { proof: body['proof'] });
    expect(read).toMatchObject({ active: true, ...claims });
    const { body: spent } = await service.post('/proofs/spend', { proof: body['proof'] });
    expect(spent).toMatchObject({ spent: true, ...claims });
  });

  test.each([
    ['1500', 'EUR', 'de', 'Ihre Zahlung von 1.500,00 EUR an'],
    ['1.500', 'KWD', 'en', 'your payment of 1.500 KWD to'],
    ['5', 'JPY', 'fr', 'payer 5 JPY'],
  ])('of %s %s is written for a reader of %s', async (amount, currency, locale, expected) => {
    const binding = { ...BINDING, amount, currency };
    const number = freshNumber();
    const id = await rig.service.request(number, { purpose: 'transaction', binding, locale });
    expect(rig.simulator.inbox.list(number)[0]?.text).toContain(expected);
    const { body } = await rig.service.verify(id, rig.codeFor(number));
    expect(decodeJwt(String(body['proof']))).toMatchObject({ binding });
  });

  test.each(['St. Mary', 'A & B (24)', 'Café Olé', 'Shop 365', "O'Neill Ltd."])(
    'may go to %s',
    async (payee) => {
      const { status } = await ask(freshNumber(), { binding: { ...BINDING, payee } });
      expect(status).toBe(200);
    },
  );

  test('has a payee in Unicode normal form C', async () => {
    const number = freshNumber();
    const binding = { ...BINDING, payee: 'Cafe\u0301' };
    const id = await rig.service.request(number, { purpose: 'transaction', binding });
    const { body } = await rig.service.verify(id, rig.codeFor(number));
    expect(decodeJwt(String(body['proof']))).toMatchObject({ binding: { payee: 'Café' } });
  });

  test('is named again in a resent message', async () => {
    const { service } = rig;
    const number = freshNumber();
    const id = await service.request(number, { purpose: 'transaction', binding: BINDING });
    await service.post(`/verifications/${id}/resend`, {});
    expect(rig.messages(number)).toBe(2);
    expect(rig.simulator.inbox.list(number)[0]?.text).toContain('39.99 EUR to Example Shop');
    expect((await service.verify(id, rig.codeFor(number))).status).toBe(200);
  });

  test('has a code that is invalid for any other payment', async () => {
    const { service } = rig;
    const number = freshNumber();
    const one = await service.request(number, { purpose: 'transaction', binding: BINDING });
    const code = rig.codeFor(number);
    const dearer = { ...BINDING, amount: '3999.00' };
    let other: string;
    do {
      other = await service.request(number, { purpose: 'transaction', binding: dearer });
    } while (rig.codeFor(number) === code);
    expect((await service.verify(other, code)).body['code']).toBe('code_invalid');
    // Also with a changed row: the code's hash covers the payment.
    await service.rows('UPDATE verifications SET binding = $2::jsonb WHERE id = $1', [
      one,
      JSON.stringify(dearer),
    ]);
    expect((await service.verify(one, code)).body['code']).toBe('code_invalid');
  });

  test('with another amount conflicts with the same Idempotency-Key', async () => {
    const phoneNumber = freshNumber();
    const headers = { 'idempotency-key': `payment-${phoneNumber}` };
    const body = { phoneNumber, purpose: 'transaction', binding: BINDING };
    expect((await rig.service.post('/request-otp', body, headers)).status).toBe(200);
    const dearer = { ...body, binding: { ...BINDING, amount: '40.00' } };
    expect((await rig.service.post('/request-otp', dearer, headers)).status).toBe(422);
  });

  test('in an unknown currency names that fault alone', async () => {
    const binding = { ...BINDING, currency: 'QQQ' };
    const { body } = await ask(freshNumber(), { binding });
    expect(body['errors']).toEqual([
      { pointer: '/binding/currency', message: 'must be a currency of ISO 4217' },
    ]);
  });

  test('without a binding adds no claim and does not change the text', async () => {
    const { service } = rig;
    const number = freshNumber();
    const id = await service.request(number, { purpose: 'transaction' });
    expect(rig.simulator.inbox.list(number)[0]?.text).toContain('your code for a transaction');
    const { body } = await service.verify(id, rig.codeFor(number));
    expect(Object.keys(decodeJwt(String(body['proof'])))).not.toContain('binding');
  });

  test.each([
    ['another purpose', { purpose: 'login' }],
    ['no amount', { binding: { currency: 'EUR', payee: 'Shop' } }],
    ['an amount that is a number', { binding: { ...BINDING, amount: 39.99 } }],
    ['an amount with a comma', { binding: { ...BINDING, amount: '39,99' } }],
    ['a negative amount', { binding: { ...BINDING, amount: '-1' } }],
    ['an amount of 0', { binding: { ...BINDING, amount: '0' } }],
    ['an amount of 0.00', { binding: { ...BINDING, amount: '0.00' } }],
    ['an unknown currency', { binding: { ...BINDING, currency: 'QQQ' } }],
    ['a currency that is no money', { binding: { ...BINDING, currency: 'XTS' } }],
    ['more decimals than the yen has', { binding: { ...BINDING, currency: 'JPY', amount: '5.5' } }],
    ['more decimals than the euro has', { binding: { ...BINDING, amount: '1.500' } }],
    [
      'more decimals than the forint has',
      { binding: { ...BINDING, currency: 'HUF', amount: '1.500' } },
    ],
    ['a payee with five digits', { binding: { ...BINDING, payee: 'Shop 55 51 2' } }],
    ['a payee with four digits of another script', { binding: { ...BINDING, payee: 'Shop ١٢٣٤' } }],
    ['a payee with a short domain', { binding: { ...BINDING, payee: 't.co' } }],
    ['a payee with a domain in two forms', { binding: { ...BINDING, payee: 'e\u0301.e' } }],
    ['a payee with a dot before a bracket', { binding: { ...BINDING, payee: 'evil.(com)' } }],
    ['an invisible payee', { binding: { ...BINDING, payee: '\u3164\u115f' } }],
    ['a payee with a dot in a digit', { binding: { ...BINDING, payee: 'evil\u2488com' } }],
    ['a payee with a letter like a dot', { binding: { ...BINDING, payee: 'evil\ua4f8com' } }],
    ['a payee with two digits in one', { binding: { ...BINDING, payee: '\u246b \u246c \u246d' } }],
    ['a currency in lower case', { binding: { ...BINDING, currency: 'eur' } }],
    ['a payee with a link', { binding: { ...BINDING, payee: 'evil.example' } }],
    ['a payee with an address', { binding: { ...BINDING, payee: 'https://x' } }],
    ['a payee with a possible code', { binding: { ...BINDING, payee: 'Call 5551234' } }],
    ['a payee with a line break', { binding: { ...BINDING, payee: 'Shop\nCode' } }],
    ['a payee with a placeholder', { binding: { ...BINDING, payee: 'a ${code} b' } }],
    ['a long payee', { binding: { ...BINDING, payee: 'x'.repeat(31) } }],
    ['something besides', { binding: { ...BINDING, note: 'x' } }],
  ])('is refused with %s', async (_what, more) => {
    const number = freshNumber();
    expect((await ask(number, more)).body['code']).toBe('invalid_request');
    expect(rig.messages(number)).toBe(0);
  });
});

test('a payment is refused when the provider writes the message', async () => {
  const service = await TestService.start();
  try {
    const body = { phoneNumber: freshNumber(), purpose: 'transaction', binding: BINDING };
    const answer = await service.post('/request-otp', body);
    expect([answer.status, answer.body['errors']]).toEqual([
      400,
      [
        {
          pointer: '/binding',
          message: 'is not supported: the provider writes the message itself',
        },
      ],
    ]);
    expect(service.sinch.messages).toBe(0);
  } finally {
    await service.stop();
  }
});
