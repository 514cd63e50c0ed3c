import sdk from '@infobip-api/sdk';
import {
  ACCOUNT,
  errorBody,
  MSISDN,
  PHONE,
  startTestInfobip,
  wrongPin,
  type TestInfobip,
} from './infobip-harness.js';

/** A response, or the axios error that the client returns instead. */
interface Answer {
  status?: number;
  data?: Record<string, unknown>;
  response?: { status: number; data: unknown };
}

/** The used part of the client, whose own types are any. */
interface TwoFactor {
  getApplications(): Promise<Answer>;
  createApplication(body: object): Promise<Answer>;
  getApplication(appId: string): Promise<Answer>;
  updateApplication(appId: string, body: object): Promise<Answer>;
  getMessageTemplates(appId: string): Promise<Answer>;
  createMessageTemplate(appId: string, body: object): Promise<Answer>;
  getMessageTemplate(appId: string, messageId: string): Promise<Answer>;
  updateMessageTemplate(appId: string, messageId: string, body: object): Promise<Answer>;
  sendPINCodeSMS(body: object, ncNeeded?: boolean): Promise<Answer>;
  resendPINCodeSMS(pinId: string, body?: object): Promise<Answer>;
  sendPINCodeVoice(body: object): Promise<Answer>;
  resendPINCodeVoice(pinId: string, body?: object): Promise<Answer>;
  verifyPhoneNumber(pinId: string, body: object): Promise<Answer>;
  getVerificationStatus(appId: string, query: object): Promise<Answer>;
}

const Infobip = sdk.Infobip as unknown as new (
  account: Record<'baseUrl' | 'apiKey' | 'authType', string>,
) => { service: { twoFA: TwoFactor } };

function clientFor(baseUrl: string, apiKey = ACCOUNT.apiKey): TwoFactor {
  return new Infobip({ baseUrl, apiKey, authType: sdk.AuthType.ApiKey }).service.twoFA;
}

describe('the official Infobip client against the simulator', () => {
  let simulator: TestInfobip;
  let client: TwoFactor;

  beforeEach(async () => {
    simulator = await startTestInfobip();
    client = clientFor(simulator.url);
  });
  afterEach(() => simulator.close());

  const request = {
    applicationId: ACCOUNT.applicationId,
    messageId: ACCOUNT.messageId,
    to: MSISDN,
  };
  const idIn = ({ data }: Answer) => String(data?.['pinId']);

  it('creates an application and a template, and sends with them', async () => {
    const application = await client.createApplication({
      name: '2fa application name',
      enabled: true,
      configuration: { pinAttempts: 5, pinTimeToLive: '10m' },
    });
    expect(application).toMatchObject({
      status: 201,
      data: { name: '2fa application name', configuration: { pinTimeToLive: '10m' } },
    });
    const appId = String(application.data?.['applicationId']);
    const template = await client.createMessageTemplate(appId, {
      messageText: 'Hello {{firstName}}, your pin is {{pin}}',
      pinType: 'NUMERIC',
      pinLength: 4,
      senderId: 'InfoSMS',
    });
    expect(template).toMatchObject({ status: 200, data: { applicationId: appId, pinLength: 4 } });
    const messageId = String(template.data?.['messageId']);

    const sent = await client.sendPINCodeSMS(
      { applicationId: appId, messageId, to: MSISDN, placeholders: { firstName: 'John' } },
      false,
    );
    expect(sent).toMatchObject({ status: 200, data: { to: MSISDN, smsStatus: 'MESSAGE_SENT' } });
    expect(simulator.inbox.list(PHONE)).toMatchObject([
      { text: `Hello John, your pin is ${simulator.pinOf()}`, code: simulator.pinOf() },
    ]);
  });

  it('reads and changes existing ones', async () => {
    const { applicationId, messageId } = ACCOUNT;
    expect((await client.getApplications()).data).toMatchObject([{ applicationId }]);
    expect((await client.getMessageTemplates(applicationId)).data).toMatchObject([{ messageId }]);
    await client.updateApplication(applicationId, {
      name: 'Changed',
      configuration: { pinAttempts: 3 },
    });
    expect((await client.getApplication(applicationId)).data).toMatchObject({
      name: 'Changed',
      configuration: { pinAttempts: 3 },
    });
    await client.updateMessageTemplate(applicationId, messageId, {
      messageText: 'Changed {{pin}}',
    });
    expect((await client.getMessageTemplate(applicationId, messageId)).data).toMatchObject({
      messageText: 'Changed {{pin}}',
      pinLength: 6,
    });
  });

  it('verifies a number by SMS, after a wrong PIN', async () => {
    const pinId = idIn(await client.sendPINCodeSMS(request));
    const pin = simulator.pinOf();
    expect(await client.verifyPhoneNumber(pinId, { pin: wrongPin(pin) })).toMatchObject({
      status: 200,
      data: { verified: false, attemptsRemaining: 9, pinError: 'WRONG_PIN' },
    });
    expect(await client.verifyPhoneNumber(pinId, { pin })).toMatchObject({
      status: 200,
      data: { pinId, msisdn: MSISDN, verified: true, attemptsRemaining: 0 },
    });
  });

  it.each([
    [undefined, 'NC_DESTINATION_REACHABLE'],
    [true, 'NC_DESTINATION_REACHABLE'],
    [false, undefined],
  ])('looks the number up: %p', async (ncNeeded, ncStatus) => {
    const { data } = await client.sendPINCodeSMS(request, ncNeeded);
    expect(data?.['ncStatus']).toBe(ncStatus);
  });

  it('verifies a number by a call, after a resend', async () => {
    const pinId = idIn(await client.sendPINCodeVoice(request));
    expect(simulator.inbox.list(PHONE)).toMatchObject([{ channel: 'voice' }]);
    const again = await client.resendPINCodeVoice(pinId, { placeholders: { a: 'b' } });
    expect(again).toMatchObject({ status: 200, data: { pinId, callStatus: 'PENDING_ACCEPTED' } });
    const bySms = await client.resendPINCodeSMS(pinId);
    expect(bySms).toMatchObject({ status: 200, data: { pinId, smsStatus: 'MESSAGE_SENT' } });
    expect(new Set(simulator.inbox.list(PHONE).map(({ code }) => code)).size).toBe(1);
    const verified = await client.verifyPhoneNumber(pinId, { pin: simulator.pinOf() });
    expect(verified.data).toMatchObject({ verified: true });
  });

  it('reads the status of a number', async () => {
    const { applicationId } = ACCOUNT;
    const pinId = idIn(await client.sendPINCodeSMS(request));
    await client.verifyPhoneNumber(pinId, { pin: simulator.pinOf() });
    const query = { msisdn: MSISDN, verified: true, sent: true };
    expect(await client.getVerificationStatus(applicationId, query)).toMatchObject({
      status: 200,
      data: { verifications: [{ msisdn: MSISDN, verified: true }] },
    });
    const unverified = await client.getVerificationStatus(applicationId, {
      msisdn: MSISDN,
      verified: false,
    });
    expect(unverified.data).toEqual({ verifications: [] });
  });

  it('gets errors for an unknown PIN and an invalid number', async () => {
    const unknown = await client.verifyPhoneNumber('NOPE', { pin: '1598' });
    expect(unknown.response).toMatchObject({
      status: 404,
      data: errorBody('NOT_FOUND', 'Requested resource not found'),
    });
    const refused = await client.sendPINCodeSMS({ ...request, to: 'nobody' });
    expect(refused.response).toMatchObject({
      status: 400,
      data: errorBody('BAD_REQUEST', 'Bad request', { to: [expect.any(String)] }),
    });
  });

  it('is refused with another key', async () => {
    const stranger = clientFor(simulator.url, 'another');
    const { response } = await stranger.sendPINCodeSMS(request);
    expect(response?.status).toBe(401);
    expect(simulator.inbox.list()).toEqual([]);
  });
});
