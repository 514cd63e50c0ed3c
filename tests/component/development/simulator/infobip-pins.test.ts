import {
  ACCOUNT,
  errorBody,
  MSISDN,
  notFound,
  PHONE,
  startTestInfobip,
  type TestInfobip,
} from './infobip-harness.js';

const PIN_ID = expect.stringMatching(/^[0-9A-F]{32}$/) as string;
const UUID = expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/) as string;
const BAD_REQUEST = { status: 400, body: errorBody('BAD_REQUEST', 'Bad request') };

describe('sending a PIN by the simulated Infobip', () => {
  let infobip: TestInfobip;

  beforeEach(async () => {
    infobip = await startTestInfobip();
  });
  afterEach(() => infobip.close());

  it('sends an SMS and responds without the PIN', async () => {
    const { status, body, text } = await infobip.sms();
    expect(status).toBe(200);
    expect(body).toEqual({ pinId: PIN_ID, to: MSISDN, smsStatus: 'MESSAGE_SENT' });
    expect(infobip.inbox.list(PHONE)).toMatchObject([
      { channel: 'sms', text: `Your verification code is ${infobip.pinOf()}.` },
    ]);
    expect(infobip.pinOf()).toMatch(/^\d{6}$/);
    expect(text).not.toContain(infobip.pinOf());
  });

  it('calls and speaks the digits', async () => {
    const { body } = await infobip.voice();
    expect(body).toEqual({ pinId: PIN_ID, to: MSISDN, callStatus: 'PENDING_ACCEPTED' });
    const spoken = Array.from(infobip.pinOf()).join(' ');
    expect(infobip.inbox.list()).toMatchObject([
      { to: PHONE, channel: 'voice', text: `Your verification code is ${spoken}.` },
    ]);
  });

  it('accepts a number with a plus and responds with digits', async () => {
    expect((await infobip.sms({ to: PHONE })).body).toMatchObject({ to: MSISDN });
  });

  it('accepts a null sender, and tracks delivery on request', async () => {
    const { status, body } = await infobip.sms({ from: null, trackDelivery: true });
    expect({ status, body }).toMatchObject({ status: 200, body: { externalMessageId: UUID } });
    const call = await infobip.voice({ from: 'Acme', trackDelivery: true });
    expect(call.body).toMatchObject({ externalMessageId: UUID });
  });

  it('fills in placeholders and leaves unknown ones as they are', async () => {
    const path = `/applications/${ACCOUNT.applicationId}/messages`;
    const messageText = '{{firstName}}, {{pin}} is yours {{lastName}}';
    const template = await infobip.call('POST', path, { messageText, pinType: 'NUMERIC' });
    const { messageId } = template.body;
    await infobip.sms({ messageId, placeholders: { firstName: '$& {{pin}}' } });
    expect(infobip.inbox.list()[0]).toMatchObject({
      text: `$& {{pin}}, ${infobip.pinOf()} is yours {{lastName}}`,
    });
  });

  describe('with a number lookup', () => {
    it.each(['?ncNeeded=true', '', '/?ncNeeded=undefined', '?ncNeeded='])(
      'looks up for the query %p',
      async (query) => {
        expect((await infobip.sms({}, query)).body).toMatchObject({
          ncStatus: 'NC_DESTINATION_REACHABLE',
        });
      },
    );

    it('reports NC_NOT_CONFIGURED if configured so', async () => {
      await infobip.settings({ ncStatusWithoutLookup: 'NC_NOT_CONFIGURED' });
      const { body } = await infobip.sms({}, '/?ncNeeded=false');
      expect(body).toMatchObject({ ncStatus: 'NC_NOT_CONFIGURED', smsStatus: 'MESSAGE_SENT' });
    });

    it.each([
      ['NC_DESTINATION_UNKNOWN', 'MESSAGE_SENT', 1],
      ['NC_NOT_CONFIGURED', 'MESSAGE_SENT', 1],
      ['NC_DESTINATION_NOT_REACHABLE', 'MESSAGE_NOT_SENT', 0],
    ] as const)('finds %s: %s', async (ncStatus, smsStatus, messages) => {
      await infobip.settings({ ncStatus });
      expect((await infobip.sms({}, '')).body).toMatchObject({ ncStatus, smsStatus });
      expect(infobip.inbox.list()).toHaveLength(messages);
    });
  });

  it('withholds an SMS with 200', async () => {
    await infobip.settings({ smsStatus: 'MESSAGE_NOT_SENT' });
    const { status, body } = await infobip.sms();
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { pinId: PIN_ID, smsStatus: 'MESSAGE_NOT_SENT' },
    });
    expect(infobip.inbox.list()).toEqual([]);
  });

  it.each([
    ['REJECTED_NO_ROUTE', 0],
    ['UNDELIVERABLE_NOT_DELIVERED', 0],
    ['PROCESSED', 1],
  ])('responds to a call with %s', async (callStatus, messages) => {
    await infobip.settings({ callStatus });
    expect((await infobip.voice()).body).toMatchObject({ callStatus });
    expect(infobip.inbox.list()).toHaveLength(messages);
  });

  it.each([
    ['an unknown application', { applicationId: 'NOPE' }],
    ['an unknown template', { messageId: 'NOPE' }],
  ])('refuses %s with 400, or 404 if configured so', async (_what, fields) => {
    expect(await infobip.sms(fields)).toMatchObject(BAD_REQUEST);
    await infobip.settings({ unknownTarget: 404 });
    expect(await infobip.voice(fields)).toMatchObject(notFound);
    expect(infobip.inbox.list()).toEqual([]);
  });

  it('refuses a disabled application', async () => {
    await infobip.call('PUT', `/applications/${ACCOUNT.applicationId}`, {
      name: 'Off',
      enabled: false,
    });
    expect(await infobip.sms()).toMatchObject(BAD_REQUEST);
  });

  it.each([
    ['no application', { applicationId: undefined }, 'applicationId'],
    ['no template', { messageId: '' }, 'messageId'],
    ['no number', { to: undefined }, 'to'],
    ['two zeros in front', { to: `00${MSISDN}` }, 'to'],
    ['blanks', { to: '41 79 302 67 27' }, 'to'],
    ['an address', { to: 'john.smith@example.com' }, 'to'],
    ['a PIN of the caller', { placeholders: { pin: '123456' } }, 'placeholders'],
    ['a placeholder that is no text', { placeholders: { n: 1 } }, 'placeholders.n'],
    ['tracking as a text', { trackDelivery: 'yes' }, 'trackDelivery'],
  ])('refuses %s and names the field', async (_what, fields, member) => {
    const errors = { [member]: [expect.any(String)] };
    const refused = { status: 400, body: errorBody('BAD_REQUEST', 'Bad request', errors) };
    expect(await infobip.sms(fields)).toMatchObject(refused);
    expect(await infobip.voice(fields)).toMatchObject(refused);
    expect(infobip.inbox.list()).toEqual([]);
  });

  describe('within the limits of the application', () => {
    const exceed = async (configuration: object) => {
      await infobip.configure(configuration);
      await infobip.sms();
      await infobip.voice();
      return infobip.sms();
    };

    it('refuses the third message to a number by any channel, but not another number', async () => {
      expect(await exceed({ sendPinPerPhoneNumberLimit: '2/d' })).toMatchObject({
        status: 429,
        body: errorBody('TOO_MANY_REQUESTS', 'Too many requests'),
      });
      expect(infobip.inbox.list()).toHaveLength(2);
      expect((await infobip.sms({ to: '41793026746' })).status).toBe(200);
    });

    it('refuses the third message of the application', async () => {
      expect((await exceed({ sendPinPerApplicationLimit: '2/1h' })).status).toBe(429);
      expect((await infobip.sms({ to: '41793026746' })).status).toBe(429);
    });

    it('allows messages again after the window', async () => {
      expect((await exceed({ sendPinPerPhoneNumberLimit: '2/2s' })).status).toBe(429);
      await new Promise((resolve) => setTimeout(resolve, 2050));
      expect((await infobip.sms()).status).toBe(200);
    });

    it.each([
      [403, errorBody('FORBIDDEN', 'Forbidden')],
      [400, errorBody('BAD_REQUEST', 'Bad request')],
    ] as const)('responds with %d if configured so', async (limitAnswer, body) => {
      await infobip.settings({ limitAnswer });
      const answer = await exceed({ sendPinPerPhoneNumberLimit: '2/1d' });
      expect(answer).toMatchObject({ status: limitAnswer, body });
    });

    it('responds with 200 and sends nothing if configured so', async () => {
      await infobip.settings({ limitAnswer: 200 });
      const { body } = await exceed({ sendPinPerPhoneNumberLimit: '2/1d' });
      expect(body).toMatchObject({ pinId: PIN_ID, smsStatus: 'MESSAGE_NOT_SENT' });
      expect((await infobip.voice()).body).toMatchObject({
        callStatus: expect.stringMatching(/^REJECTED_/),
      });
      expect(infobip.inbox.list()).toHaveLength(2);
    });

    it.each([
      [7, '7'],
      [null, null],
    ])('sends Retry-After: %p', async (retryAfterSeconds, header) => {
      await infobip.settings({ retryAfterSeconds });
      const { headers } = await exceed({ sendPinPerPhoneNumberLimit: '2/1d' });
      expect(headers.get('retry-after')).toBe(header);
    });
  });
});
