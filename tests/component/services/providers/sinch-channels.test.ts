import { decodeJwt } from 'jose';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

/** Differences between the channels that report a code. */
const REPORTED = [
  {
    channel: 'voice',
    start: { method: 'callout', calloutOptions: { speech: { locale: 'sv-SE' } } },
    wrong: '0000000000',
    report: (code: string) => ({ method: 'callout', callout: { code } }),
  },
  {
    channel: 'flashcall',
    start: { method: 'flashcall', flashCallOptions: { interceptionTimeout: 120 } },
    wrong: '+441111111111',
    report: (cli: string) => ({ method: 'flashcall', flashCall: { cli } }),
  },
  {
    channel: 'whatsapp',
    start: { method: 'whatsapp', whatsappOptions: { codeType: 'Numeric' } },
    wrong: '0000000000',
    report: (code: string) => ({ method: 'whatsapp', whatsapp: { code } }),
  },
] as const;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const ask = (phoneNumber: string, more: object) =>
  service.post('/request-otp', { phoneNumber, ...more });
const idOf = (answer: Answer) => String(answer.body['verificationId']);
const callsOf = (method: string) => service.sinch.calls.filter((call) => call.method === method);

describe.each(REPORTED)('$channel', ({ channel, start, wrong, report }) => {
  test("starts one Sinch verification with Sinch's own method name", async () => {
    const phoneNumber = freshNumber();
    const before = service.sinch.messages;
    const answer = await ask(phoneNumber, { channel, locale: 'sv-SE' });
    expect([answer.status, answer.body['channel']]).toEqual([200, channel]);
    expect(service.sinch.messages).toBe(before + 1);
    const { reference } = service.sinch.newestFor(phoneNumber);
    expect(service.sinch.calls.at(-1)?.json).toEqual({
      identity: { type: 'number', endpoint: phoneNumber },
      reference,
      ...start,
    });
  });

  test('refuses a wrong code and accepts the right one, with one report each', async () => {
    const phoneNumber = freshNumber();
    const verificationId = idOf(await ask(phoneNumber, { channel }));
    const code = service.sinch.codeFor(phoneNumber);
    const before = service.sinch.comparisons;

    const first = await service.verify(verificationId, wrong);
    expect([first.status, first.body['attemptsRemaining']]).toEqual([401, 4]);
    expect(service.sinch.calls.at(-1)?.json).toEqual(report(wrong));
    const second = await service.verify(verificationId, code);
    expect(second.status).toBe(200);
    expect(service.sinch.calls.at(-1)?.json).toEqual(report(code));
    expect(decodeJwt(String(second.body['proof']))['amr']).toEqual([channel]);
    expect((await service.verify(verificationId, code)).status).toBe(409);
    expect(service.sinch.comparisons).toBe(before + 2);
  });

  test('sends no options with Basic authentication, which Sinch ignores', async () => {
    const basic = await TestService.start({ SINCH_AUTH: 'basic' });
    try {
      const phoneNumber = freshNumber();
      const body = { phoneNumber, channel, locale: 'sv-SE' };
      expect((await basic.post('/request-otp', body)).status).toBe(200);
      const { reference } = basic.sinch.newestFor(phoneNumber);
      expect(basic.sinch.calls.at(-1)?.json).toEqual({
        identity: { type: 'number', endpoint: phoneNumber },
        method: start.method,
        reference,
      });
    } finally {
      await basic.stop();
    }
  });
});

describe('what the device needs', () => {
  const facts = ({ body }: Answer) => [body['cliFilter'], body['targetUri']];

  test('is returned only for channels that need it', async () => {
    const number = freshNumber();
    const flash = await ask(number, { channel: 'flashcall' });
    const code = service.sinch.codeFor(number);
    expect(facts(flash)).toEqual([`(.*)${code.slice(3, 7)}(.*)`, undefined]);
    const seamless = await ask(freshNumber(), { channel: 'seamless' });
    expect(facts(seamless)).toEqual([undefined, expect.stringContaining('/seamless/')]);
    for (const channel of ['sms', 'voice', 'whatsapp']) {
      const answer = await ask(freshNumber(), { channel });
      expect([channel, ...facts(answer)]).toEqual([channel, undefined, undefined]);
    }
    const held = await service.get(`/verifications/${idOf(seamless)}`);
    expect(facts(held)).toEqual([undefined, undefined]);
  });

  test('is returned for a resend too', async () => {
    const phoneNumber = freshNumber();
    const verificationId = idOf(await ask(phoneNumber, {}));
    const resent = await service.post(`/verifications/${verificationId}/resend`, {
      channel: 'flashcall',
    });
    expect([resent.status, resent.body['channel'], ...facts(resent)]).toEqual([
      200,
      'flashcall',
      expect.any(String),
      undefined,
    ]);
    const proved = await service.verify(verificationId, service.sinch.codeFor(phoneNumber));
    expect(decodeJwt(String(proved.body['proof']))['amr']).toEqual(['flashcall']);
  });

  test('is the same for a repeated Idempotency-Key', async () => {
    const body = { phoneNumber: freshNumber(), channel: 'seamless' };
    const again = () => service.post('/request-otp', body, { 'idempotency-key': 'seamless-1' });
    expect((await again()).text).toBe((await again()).text);
  });

  test.each(['flashcall', 'seamless'])(
    'fails %s without a retry when Sinch omits it',
    async (channel) => {
      const before = callsOf('POST').length;
      service.sinch.answer('POST', 200, { id: 'x', method: channel });
      const answer = await ask(freshNumber(), { channel });
      expect([answer.status, answer.body['code']]).toEqual([502, 'provider_rejected']);
      expect(callsOf('POST')).toHaveLength(before + 1);
    },
  );
});

describe('the language of a call', () => {
  test.each<[string, object | undefined, string?]>([
    ['sv-SE', { speech: { locale: 'sv-SE' } }],
    ['en_US', { speech: { locale: 'en-US' } }, 'en-US'],
    ['de-DE-x-formal', { speech: { locale: 'de-DE' } }, 'de-DE'],
    ['zh-Hans-CN', { speech: { locale: 'zh-CN' } }],
    // Sinch takes a language with a country only.
    ['sv', { speech: { locale: 'sv-SE' } }],
    ['es-419', { speech: { locale: 'es-ES' } }],
    ['ar-u-nu-latn', { speech: { locale: 'ar-EG' } }, 'ar'],
    // No country speaks it: Sinch's default applies.
    ['tlh', undefined],
  ])('of %s', async (locale, options, language = locale) => {
    await ask(freshNumber(), { channel: 'voice', locale });
    const { json, headers } = service.sinch.calls.at(-1)!;
    expect(json['calloutOptions']).toEqual(options);
    expect(headers['accept-language']).toBe(language);
  });

  test('is the default of Sinch if it does not speak the one that was asked for', async () => {
    const before = callsOf('POST').length;
    service.sinch.answer('POST', 400, { errorCode: 40001, message: 'Invalid locale.' });
    const answer = await ask(freshNumber(), { channel: 'voice', locale: 'tlh-US' });
    expect(answer.status).toBe(200);
    const [first, second, ...others] = callsOf('POST').slice(before);
    expect(first?.json['calloutOptions']).toEqual({ speech: { locale: 'tlh-US' } });
    expect(second?.json).not.toHaveProperty('calloutOptions');
    expect(second?.headers).not.toHaveProperty('accept-language');
    expect(others).toEqual([]);
  });

  test('is no reason to ask for a refused text message again', async () => {
    const before = callsOf('POST').length;
    service.sinch.answer('POST', 400, { errorCode: 40001, message: 'Invalid locale.' });
    const answer = await ask(freshNumber(), { channel: 'sms', locale: 'tlh-US' });
    expect([answer.status, answer.body['code']]).toEqual([502, 'provider_rejected']);
    expect(callsOf('POST').slice(before)).toHaveLength(1);
  });

  test('is not asked for again after a 400 of a gateway, which may have lost an accepted call', async () => {
    const before = callsOf('POST').length;
    service.sinch.answer('POST', 400, { message: 'Bad Request' });
    const answer = await ask(freshNumber(), { channel: 'voice', locale: 'tlh-US' });
    expect([answer.status, answer.body['code']]).toEqual([502, 'provider_rejected']);
    expect(callsOf('POST').slice(before)).toHaveLength(1);
  });
});

describe("a code with another channel's format", () => {
  test.each([
    ['sms', 'seamless'],
    ['sms', '+441111111111'],
    ['voice', 'seamless'],
    ['whatsapp', '+441111111111'],
    ['flashcall', '123456'],
    ['flashcall', 'seamless'],
    ['seamless', '123456'],
    ['seamless', '+441111111111'],
  ])('of %s, "%s", is wrong and spends an attempt, and nobody is asked', async (channel, code) => {
    const phoneNumber = freshNumber();
    const verificationId = idOf(await ask(phoneNumber, { channel }));
    service.sinch.openFor(phoneNumber);
    const before = service.sinch.calls.length;
    const answer = await service.verify(verificationId, code);
    expect([answer.status, answer.body['attemptsRemaining']]).toEqual([401, 4]);
    expect(service.sinch.calls).toHaveLength(before);
  });
});

test.each([
  ['sms', 403],
  ['flashcall', 403],
  ['whatsapp', 403],
  ['seamless', 403],
  ['voice', 200],
])('a landline and %s: %d', async (channel, status) => {
  const before = service.sinch.messages;
  const answer = await ask('+442071838750', { channel });
  expect(answer.status).toBe(status);
  if (status === 403) expect(answer.body['code']).toBe('number_type_not_allowed');
  expect(service.sinch.messages - before).toBe(status === 200 ? 1 : 0);
});
