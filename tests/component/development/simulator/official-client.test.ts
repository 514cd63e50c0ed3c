import { VerificationService } from '@sinch/verification';
import { APPLICATION, PHONE, startTestSimulator, type TestSimulator } from './harness.js';

const number = { type: 'number', endpoint: PHONE } as const;

describe('the official Sinch client against the simulator', () => {
  let simulator: TestSimulator;
  let sinch: VerificationService;

  beforeEach(async () => {
    simulator = await startTestSimulator();
    sinch = new VerificationService({ ...APPLICATION, verificationHostname: simulator.url });
  });
  afterEach(() => simulator.close());

  it('verifies a number by SMS, reported by id', async () => {
    const started = await sinch.verifications.startSms({
      startVerificationWithSmsRequestBody: {
        identity: number,
        reference: 'order-1',
        smsOptions: { codeType: 'Alphanumeric', expiry: '00:02:00', locale: 'sv-SE' },
      },
    });
    expect(started).toMatchObject({
      method: 'sms',
      sms: {
        template: 'Din verifieringskod är {{CODE}}.',
        interceptionTimeout: 118,
        codeType: 'Alphanumeric',
      },
    });
    expect(simulator.codeOf()).toMatch(/^[A-Z0-9]{4}$/);

    const reported = await sinch.verifications.reportSmsById({
      id: started.id!,
      reportSmsVerificationByIdRequestBody: { sms: { code: simulator.codeOf() } },
    });
    expect(reported).toEqual({
      id: started.id,
      method: 'sms',
      status: 'SUCCESSFUL',
      reference: 'order-1',
    });

    const byReference = await sinch.verificationStatus.getByReference({ reference: 'order-1' });
    expect(byReference).toMatchObject({ id: started.id, status: 'SUCCESSFUL' });
  });

  it('verifies a number by SMS, reported by identity', async () => {
    const started = await sinch.verifications.startSms({
      startVerificationWithSmsRequestBody: { identity: number },
    });
    const reported = await sinch.verifications.reportSmsByIdentity({
      endpoint: PHONE,
      reportSmsVerificationByIdentityRequestBody: { sms: { code: simulator.codeOf() } },
    });
    expect(reported).toMatchObject({ id: started.id, status: 'SUCCESSFUL' });
    const status = await sinch.verificationStatus.getById({ id: started.id! });
    expect(status).toMatchObject({
      status: 'SUCCESSFUL',
      identity: number,
      countryId: 'SE',
      source: 'manual',
      price: { verificationPrice: { currencyId: 'EUR' } },
    });
    expect(status.verificationTimestamp).toBeInstanceOf(Date);
  });

  it('verifies a number by flash call', async () => {
    const started = await sinch.verifications.startFlashCall({
      startVerificationWithFlashCallRequestBody: {
        identity: number,
        flashCallOptions: { dialTimeout: 10, interceptionTimeout: 45 },
      },
    });
    expect(started.flashCall).toMatchObject({ interceptionTimeout: 45, reportTimeout: 75 });
    const cli = simulator.codeOf();
    expect(cli).toMatch(new RegExp(started.flashCall!.cliFilter));

    const reported = await sinch.verifications.reportFlashCallById({
      id: started.id!,
      reportFlashCallVerificationByIdRequestBody: { flashCall: { cli } },
    });
    expect(reported).toMatchObject({ status: 'SUCCESSFUL', callComplete: true });
    const status = await sinch.verificationStatus.getByIdentity({
      endpoint: PHONE,
      method: 'flashcall',
    });
    expect(status).toMatchObject({ id: started.id, callResult: 'ANSWERED' });
  });

  it('verifies a number by flash call, reported by identity', async () => {
    await sinch.verifications.startFlashCall({
      startVerificationWithFlashCallRequestBody: { identity: number },
    });
    const reported = await sinch.verifications.reportFlashCallByIdentity({
      endpoint: PHONE,
      reportFlashCallVerificationByIdentityRequestBody: { flashCall: { cli: simulator.codeOf() } },
    });
    expect(reported.status).toBe('SUCCESSFUL');
  });

  it('verifies a number by a spoken code', async () => {
    const started = await sinch.verifications.startPhoneCall({
      startVerificationWithPhoneCallRequestBody: {
        identity: number,
        phoneCallOptions: { speech: { locale: 'es-ES' } },
      },
    });
    expect(started.method).toBe('callout');
    expect(simulator.inbox.list(PHONE)[0]).toMatchObject({ channel: 'voice' });

    const reported = await sinch.verifications.reportPhoneCallById({
      id: started.id!,
      reportPhoneCallVerificationByIdRequestBody: { phoneCall: { code: simulator.codeOf() } },
    });
    expect(reported).toMatchObject({ method: 'callout', status: 'SUCCESSFUL', callComplete: true });
    const status = await sinch.verificationStatus.getByIdentity({
      endpoint: PHONE,
      method: 'phonecall',
    });
    expect(status).toMatchObject({ id: started.id, method: 'callout', status: 'SUCCESSFUL' });
  });

  it('verifies a number by WhatsApp', async () => {
    const started = await sinch.verifications.startWhatsApp({
      startVerificationWithWhatsAppRequestBody: {
        identity: number,
        whatsappOptions: { codeType: 'Alpha' },
      },
    });
    expect(started.whatsapp).toEqual({ codeType: 'Alpha' });
    const reported = await sinch.verifications.reportWhatsAppById({
      id: started.id!,
      reportWhatsAppVerificationByIdRequestBody: { whatsapp: { code: simulator.codeOf() } },
    });
    expect(reported.status).toBe('SUCCESSFUL');
    const status = await sinch.verificationStatus.getById({ id: started.id! });
    expect(status).toMatchObject({ method: 'whatsapp', status: 'SUCCESSFUL' });
  });

  it('verifies a number over its data link', async () => {
    const started = await sinch.verifications.startData({
      startDataVerificationRequestBody: { identity: number },
    });
    expect((await fetch(started.seamless!.targetUri!)).status).toBe(200);
    const status = await sinch.verificationStatus.getById({ id: started.id });
    expect(status).toMatchObject({ method: 'seamless', status: 'SUCCESSFUL' });
  });

  it('gets an error for a wrong code', async () => {
    const started = await sinch.verifications.startSms({
      startVerificationWithSmsRequestBody: { identity: number },
    });
    const wrong = sinch.verifications.reportSmsById({
      id: started.id!,
      reportSmsVerificationByIdRequestBody: { sms: { code: 'nope' } },
    });
    await expect(wrong).rejects.toMatchObject({ statusCode: 400 });
  });

  it('finds a verification by a reference that needs percent-encoding', async () => {
    const reference = 'order 42 å';
    const started = await sinch.verifications.startSms({
      startVerificationWithSmsRequestBody: { identity: number, reference },
    });
    const status = await sinch.verificationStatus.getByReference({ reference });
    expect(status).toMatchObject({ id: started.id, reference });
  });

  it('is refused with the credentials of another application', async () => {
    const stranger = new VerificationService({
      ...APPLICATION,
      applicationSecret: 'b3RoZXI=',
      verificationHostname: simulator.url,
    });
    const start = stranger.verifications.startSms({
      startVerificationWithSmsRequestBody: { identity: number },
    });
    await expect(start).rejects.toMatchObject({ statusCode: 401 });
    expect(simulator.inbox.list()).toEqual([]);
  });
});
