import {
  ACCOUNT,
  errorBody,
  MSISDN,
  notFound,
  PHONE,
  startTestInfobip,
  wrongPin,
  type TestInfobip,
} from './infobip-harness.js';

const PIN_ID = expect.stringMatching(/^[0-9A-F]{32}$/) as string;
const UUID = expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/) as string;
const BAD_REQUEST = { status: 400, body: errorBody('BAD_REQUEST', 'Bad request') };

describe('resending a PIN by the simulated Infobip', () => {
  let infobip: TestInfobip;

  beforeEach(async () => {
    infobip = await startTestInfobip();
  });
  afterEach(() => infobip.close());

  const begin = async () => (await infobip.sms()).body['pinId'];

  it('repeats the PIN under the same id, also by the other channel', async () => {
    const pinId = await begin();
    const pin = infobip.pinOf();
    expect((await infobip.resend(pinId)).body).toEqual({
      pinId,
      to: MSISDN,
      ncStatus: 'NC_DESTINATION_REACHABLE',
      smsStatus: 'MESSAGE_SENT',
    });
    expect((await infobip.resend(pinId, '/voice', { trackDelivery: true })).body).toEqual({
      pinId,
      to: MSISDN,
      callStatus: 'PENDING_ACCEPTED',
      externalMessageId: UUID,
    });
    const received = infobip.inbox.list(PHONE).map(({ channel, code }) => [channel, code]);
    expect(received).toEqual([
      ['voice', pin],
      ['sms', pin],
      ['sms', pin],
    ]);
  });

  it('needs the placeholders again', async () => {
    const path = `/applications/${ACCOUNT.applicationId}/messages/${ACCOUNT.messageId}`;
    await infobip.call('PUT', path, { messageText: '{{name}}: {{pin}}' });
    const pinId = (await infobip.sms({ placeholders: { name: 'John' } })).body['pinId'];
    await infobip.resend(pinId);
    await infobip.resend(pinId, '', { placeholders: { name: 'Jane' } });
    const texts = infobip.inbox.list().map(({ text }) => text.split(':')[0]);
    expect(texts).toEqual(['Jane', '{{name}}', 'John']);
  });

  it('counts as a message and renews nothing', async () => {
    await infobip.configure({ sendPinPerPhoneNumberLimit: '2/1d', pinAttempts: 2 });
    const pinId = await begin();
    await infobip.verify(pinId, wrongPin(infobip.pinOf()));
    await infobip.resend(pinId);
    expect((await infobip.resend(pinId)).status).toBe(429);
    expect((await infobip.verify(pinId, wrongPin(infobip.pinOf()))).body).toMatchObject({
      attemptsRemaining: 0,
    });
  });

  it('can renew the attempts under a new id', async () => {
    await infobip.configure({ pinAttempts: 2 });
    await infobip.settings({ resendRenews: 'attempts', resendPinId: 'new' });
    const pinId = await begin();
    await infobip.verify(pinId, wrongPin(infobip.pinOf()));
    const { body } = await infobip.resend(pinId);
    expect(body['pinId']).toEqual(PIN_ID);
    expect(body['pinId']).not.toBe(pinId);
    expect(await infobip.verify(pinId, infobip.pinOf())).toMatchObject(notFound);
    expect((await infobip.verify(body['pinId'], wrongPin(infobip.pinOf()))).body).toMatchObject({
      attemptsRemaining: 1,
    });
  });

  it.each([
    ['nothing', false],
    ['attempts', false],
    ['lifetime', true],
    ['both', true],
  ] as const)('which renews %s: verified later %p', async (resendRenews, verified) => {
    await infobip.configure({ pinTimeToLive: '1s' });
    await infobip.settings({ resendRenews });
    const pinId = await begin();
    await new Promise((resolve) => setTimeout(resolve, 1050));
    await infobip.resend(pinId);
    expect((await infobip.verify(pinId, infobip.pinOf())).body).toMatchObject({ verified });
  });

  it('responds with 404 for an unknown PIN id, case-sensitively', async () => {
    const pinId = String(await begin());
    expect(await infobip.resend('0'.repeat(32))).toMatchObject(notFound);
    await infobip.settings({ unknownPin: 400 });
    expect(await infobip.resend(pinId.toLowerCase(), '/voice')).toMatchObject(BAD_REQUEST);
    expect(infobip.inbox.list()).toHaveLength(1);
  });

  it('refuses an invalid body', async () => {
    const pinId = await begin();
    expect(await infobip.resend(pinId, '', { placeholders: { pin: '1' } })).toMatchObject({
      status: 400,
    });
    expect(await infobip.resend(pinId, '', '[]')).toMatchObject(BAD_REQUEST);
    expect(infobip.inbox.list()).toHaveLength(1);
  });
});
