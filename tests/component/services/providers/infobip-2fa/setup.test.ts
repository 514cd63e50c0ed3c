import { parseLimits } from '../../../../../src/domain/limit.js';
import { InfobipApplicationService } from '../../../../../src/services/providers/infobip-2fa/application.service.js';
import {
  setUpInfobip,
  SetupError,
  type SetupOptions,
} from '../../../../../src/services/providers/infobip-2fa/setup.js';
import {
  ACCOUNT,
  startTestInfobip,
  type TestInfobip,
} from '../../../development/simulator/infobip-harness.js';
import { infobipHttp, requestError } from './infobip-provider.js';

const WISHES: SetupOptions = {
  applicationId: undefined,
  messageId: undefined,
  brand: 'Acme',
  pinLength: 6,
  maxAttempts: 5,
  ttlSeconds: 300,
  sendPerPhone: parseLimits('5/1h,10/24h')!,
  sendAllApplications: parseLimits('1000/24h')!,
  wrongPerPhone: parseLimits('10/1h,20/24h')!,
};

interface Listed {
  applicationId: string;
  name: string;
  enabled: boolean;
  configuration: Record<string, unknown>;
}

describe('the Infobip setup', () => {
  let infobip: TestInfobip;
  beforeEach(async () => {
    infobip = await startTestInfobip({ settings: { throttling: false } });
  });
  afterEach(() => infobip.close());

  const setUp = (wishes: Partial<SetupOptions> = {}, url = infobip.url, apiKey = ACCOUNT.apiKey) =>
    setUpInfobip(new InfobipApplicationService(infobipHttp(url), { apiKey }), {
      ...WISHES,
      ...wishes,
    });
  const complaintOf = async (work: Promise<unknown>) => {
    const error = await work.catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(SetupError);
    return (error as SetupError).message;
  };
  const applications = async () =>
    (await infobip.call('GET', '/applications')).body as unknown as Listed[];
  const application = async (id: string) =>
    (await infobip.call('GET', `/applications/${id}`)).body as unknown as Listed;
  const templates = async (id: string) =>
    (await infobip.call('GET', `/applications/${id}/messages`)).body as unknown as object[];

  it('creates an application with our rules, and its template', async () => {
    const done = await setUp();
    expect(done).toMatchObject({ application: 'created', template: 'created' });
    expect(await application(done.applicationId)).toEqual({
      applicationId: done.applicationId,
      name: 'Proofline for Acme',
      enabled: true,
      configuration: {
        pinAttempts: 5,
        allowMultiplePinVerifications: false,
        pinTimeToLive: '5m',
        verifyPinLimit: '20/1m',
        sendPinPerApplicationLimit: '2000/1d',
        sendPinPerPhoneNumberLimit: '20/1d',
      },
    });
    expect(await templates(done.applicationId)).toEqual([
      {
        messageId: done.messageId,
        applicationId: done.applicationId,
        pinPlaceholder: '{{pin}}',
        messageText: 'Your Acme verification code is {{pin}}.',
        pinType: 'NUMERIC',
        pinLength: 6,
      },
    ]);
  });

  it('creates a template whose messages the simulated phones understand', async () => {
    const { applicationId, messageId } = await setUp();
    await infobip.sms({ applicationId, messageId });
    expect(infobip.inbox.list()).toMatchObject([
      { text: `Your Acme verification code is ${infobip.pinOf()}.` },
    ]);
    expect(infobip.pinOf()).toMatch(/^\d{6}$/);
  });

  it('finds its objects by name and creates nothing twice', async () => {
    const first = await setUp();
    const second = await setUp({ maxAttempts: 3, ttlSeconds: 90, pinLength: 8 });
    expect(second).toEqual({ ...first, application: 'updated', template: 'updated' });
    expect(await applications()).toHaveLength(2);
    expect((await application(first.applicationId)).configuration).toMatchObject({
      pinAttempts: 3,
      pinTimeToLive: '90s',
    });
    expect(await templates(first.applicationId)).toMatchObject([{ pinLength: 8 }]);
  });

  it('updates the configured ids and keeps the name', async () => {
    const { applicationId, messageId } = ACCOUNT;
    await infobip.configure({ pinAttempts: 10, allowMultiplePinVerifications: true });
    const done = await setUp({ applicationId, messageId });
    expect(done).toEqual({
      applicationId,
      messageId,
      application: 'updated',
      template: 'updated',
    });
    expect(await applications()).toMatchObject([
      {
        name: 'Tests',
        configuration: { pinAttempts: 5, allowMultiplePinVerifications: false },
      },
    ]);
    expect(await templates(applicationId)).toMatchObject([
      { messageText: 'Your Acme verification code is {{pin}}.' },
    ]);
  });

  it('enables a disabled application', async () => {
    const { applicationId } = ACCOUNT;
    await infobip.call('PUT', `/applications/${applicationId}`, { name: 'Off', enabled: false });
    await setUp({ applicationId });
    expect(await application(applicationId)).toMatchObject({ enabled: true });
  });

  it("keeps the operator's additions to the template", async () => {
    const { applicationId, messageId } = ACCOUNT;
    const path = `/applications/${applicationId}/messages/${messageId}`;
    await infobip.call('PUT', path, { senderId: 'Acme', language: 'sv' });
    await setUp({ applicationId, messageId });
    expect(await templates(applicationId)).toMatchObject([{ senderId: 'Acme', language: 'sv' }]);
  });

  it('adds its own template beside others', async () => {
    const { applicationId } = ACCOUNT;
    const done = await setUp({ applicationId });
    expect(done).toMatchObject({ application: 'updated', template: 'created' });
    expect(done.messageId).not.toBe(ACCOUNT.messageId);
    expect(await templates(applicationId)).toHaveLength(2);
  });

  it('creates one application per service name', async () => {
    const [first, second] = [await setUp(), await setUp({ brand: 'Proofline' })];
    expect(second.applicationId).not.toBe(first.applicationId);
    expect((await applications()).map(({ name }) => name)).toContain('Proofline');
  });

  it.each([
    ['off', 'off', 'off', ['1000/1m', '1000000/1d', '10000/1d']],
    ['3/10m', '2000000/24h', '20/1h,100/7d', ['6/1m', '4000000/1d', '200/1d']],
    ['1/10s', '5/1m', '1/12h', ['12/1m', '14400/1d', '4/1d']],
  ])('never stands in the way of our limits %s, %s, %s', async (wrong, total, phone, rates) => {
    const { applicationId } = await setUp({
      wrongPerPhone: parseLimits(wrong)!,
      sendAllApplications: parseLimits(total)!,
      sendPerPhone: parseLimits(phone)!,
    });
    const { configuration } = await application(applicationId);
    expect([
      configuration['verifyPinLimit'],
      configuration['sendPinPerApplicationLimit'],
      configuration['sendPinPerPhoneNumberLimit'],
    ]).toEqual(rates);
  });

  it('removes braces from the name', async () => {
    const { applicationId } = await setUp({ brand: '{{pin}}' });
    expect(await templates(applicationId)).toMatchObject([
      { messageText: 'Your pin verification code is {{pin}}.' },
    ]);
  });

  describe('fails with one line', () => {
    it('for unknown ids', async () => {
      expect(await complaintOf(setUp({ applicationId: 'NOPE' }))).toBe(
        'INFOBIP_2FA_APP_ID: the application does not exist in this account (404)',
      );
      const known = { applicationId: ACCOUNT.applicationId, messageId: 'NOPE' };
      expect(await complaintOf(setUp(known))).toBe(
        'INFOBIP_2FA_MSG_ID: the template does not exist in this account (404)',
      );
      expect(await applications()).toHaveLength(1);
    });

    it('for two applications of the same name', async () => {
      const name = 'Proofline for Acme';
      const made = [];
      for (let count = 0; count < 2; count += 1) {
        const { body } = await infobip.call('POST', '/applications', { name });
        made.push(String(body['applicationId']));
      }
      expect(await complaintOf(setUp())).toBe(
        `Several applications are called "${name}": set INFOBIP_2FA_APP_ID to one of ${made.join(', ')}`,
      );
    });

    it('for an application that keeps weaker settings', async () => {
      const kept = {
        applicationId: ACCOUNT.applicationId,
        name: 'x',
        configuration: { pinAttempts: 10, pinTimeToLive: '5m' },
      };
      await infobip.faults({
        kind: 'answer',
        status: 200,
        body: kept,
        operation: 'manage',
        count: 2,
      });
      expect(await complaintOf(setUp({ applicationId: ACCOUNT.applicationId }))).toBe(
        'Infobip kept weaker settings: pinAttempts, allowMultiplePinVerifications',
      );
    });

    it('for a key that is invalid or may only send', async () => {
      expect(await complaintOf(setUp({}, infobip.url, 'another'))).toBe(
        'Infobip does not accept INFOBIP_API_KEY (401 UNAUTHORIZED)',
      );
      await infobip.settings({ keyScope: 'send' });
      expect(await complaintOf(setUp())).toBe(
        'INFOBIP_API_KEY may not change 2FA applications (403 FORBIDDEN): it needs the scope 2fa:manage',
      );
    });

    it('for an unreachable address', async () => {
      expect(await complaintOf(setUp({}, 'http://127.0.0.1:9'))).toBe(
        'INFOBIP_BASE_URL cannot be reached',
      );
    });

    it.each([
      [429, '', { 'Retry-After': '60' }, /rate limit is reached \(429\): try again in 60 s$/],
      [429, '', {}, /rate limit is reached \(429\): try again in some minutes$/],
      [400, requestError('BAD_REQUEST'), {}, /refused the settings \(400 BAD_REQUEST\)$/],
      [500, requestError('GENERAL_ERROR'), {}, /Infobip failed \(500 GENERAL_ERROR\)/],
      [503, '<h1>Down</h1>', {}, /Infobip failed \(503\)/],
      [504, '', {}, /Infobip failed \(504\)/],
      [200, '<html>', {}, /not the Infobip 2FA API \(200\)$/],
      [301, '', {}, /not the Infobip 2FA API \(301\)$/],
      [200, 'x'.repeat(100_000), {}, /not the Infobip 2FA API$/],
    ])('for a response %d (%#)', async (status, body, headers, complaint) => {
      await infobip.faults({ kind: 'answer', status, body, headers });
      const message = await complaintOf(setUp());
      expect(message).toMatch(complaint);
      expect(message).not.toMatch(/\n|739104|Their own words/);
    });
  });
});
