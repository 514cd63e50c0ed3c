import { verifySinchSignature } from '../../../../src/clients/sinch-signing.js';
import { startCallbackReceiver, type CallbackReceiver } from './callback-receiver.js';
import {
  APPLICATION,
  PHONE,
  send,
  startBody,
  startTestSimulator,
  VERIFICATIONS,
  type TestSimulator,
} from './harness.js';

const REQUEST = 'VerificationRequestEvent';
const DELIVERED = 'VerificationSmsDeliveredEvent';
const NOWHERE = 'http://127.0.0.1:9/nobody-listens';

describe('callbacks of the simulated Sinch before a start', () => {
  let simulator: TestSimulator;
  let receiver: CallbackReceiver;

  beforeEach(async () => {
    receiver = await startCallbackReceiver();
    simulator = await startTestSimulator({ callbackUrl: receiver.url });
  });
  afterEach(async () => {
    await simulator.close();
    await receiver.close();
  });

  const startPublicly = (url: string) =>
    send(url, {
      method: 'POST',
      path: VERIFICATIONS,
      body: startBody(),
      headers: { authorization: `Application ${APPLICATION.applicationKey}` },
    });
  const statusByNumber = async () => (await simulator.get(`sms/number/${PHONE}`)).body;

  it('are signed over raw bytes with seven fraction digits in the time', async () => {
    await simulator.start({ custom: 'åäö' });
    await receiver.received(DELIVERED);
    expect(receiver.events.map(({ genuine }) => genuine)).toEqual([true, true]);
    const { headers } = receiver.named(REQUEST)[0]!;
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['x-timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
    expect(headers.authorization).toMatch(
      new RegExp(`^application ${APPLICATION.applicationKey}:[A-Za-z0-9+/]{43}=$`),
    );
  });

  it('have signatures that match no other body', async () => {
    await simulator.start();
    const { headers } = receiver.named(REQUEST)[0]!;
    const forged = verifySinchSignature({
      ...APPLICATION,
      method: 'POST',
      path: '/hooks/sinch',
      body: Buffer.from('{}'),
      contentType: headers['content-type']!,
      timestamp: String(headers['x-timestamp']),
      authorization: headers.authorization,
    });
    expect(forged).toBe(false);
  });

  it('refuse every code until they have approved the verification', async () => {
    receiver.answerWith({ silent: true });
    await simulator.settings({ tries: 1 });
    const start = simulator.start().catch(() => undefined);
    await receiver.received(REQUEST);
    const { id } = receiver.named(REQUEST)[0]!.event;
    expect(await simulator.reportSms(id, '1234')).toMatchObject({
      status: 400,
      body: { errorCode: 40003 },
    });
    expect(await simulator.status(id)).toMatchObject({ status: 'PENDING' });
    await simulator.close();
    await start;
  });

  it('ask before anything is sent', async () => {
    const { body } = await simulator.start(
      { reference: 'mine', custom: 'yours' },
      { 'accept-language': 'sv-SE,en;q=0.5' },
    );
    expect(receiver.named(REQUEST)).toHaveLength(1);
    expect(receiver.named(REQUEST)[0]!.event).toEqual({
      id: body['id'],
      event: REQUEST,
      method: 'sms',
      identity: { type: 'number', endpoint: PHONE },
      reference: 'mine',
      custom: 'yours',
      price: { currencyId: 'EUR', amount: 0.0453 },
      rate: { currencyId: 'EUR', amount: 0 },
      acceptLanguage: ['sv-SE', 'en'],
    });
  });

  it('deny a start, and nothing is sent', async () => {
    receiver.answerWith({ action: 'deny' });
    expect(await simulator.start()).toMatchObject({ status: 403, body: { errorCode: 40303 } });
    expect(simulator.inbox.list()).toEqual([]);
    expect(await statusByNumber()).toMatchObject({
      status: 'DENIED',
      reason: 'Denied by callback',
    });
  });

  it('leave the pending verification alone when the next one is denied', async () => {
    const first = await simulator.start();
    receiver.answerWith({ action: 'deny' });
    await simulator.start();
    expect(await simulator.status(first.body['id'])).toMatchObject({ status: 'PENDING' });
  });

  it.each([
    ['no action', { body: '{}' }],
    ['an unknown action', { body: '{"action":"perhaps"}' }],
    ['an empty body', { body: '' }],
    ['no JSON', { body: '<html>' }],
    ['another status', { status: 204, body: '' }],
    ['an error status', { status: 500, body: '{"action":"allow"}' }],
    ['a code that is too long', { body: '{"action":"allow","sms":{"code":"12345678901"}}' }],
    ['a code with blanks', { body: '{"action":"allow","sms":{"code":"12 34"}}' }],
  ])('refuse a start by responding with %s', async (_what, answer) => {
    receiver.answerWith(answer);
    expect(await simulator.start()).toMatchObject({ status: 422, body: { errorCode: 42202 } });
    expect(simulator.inbox.list()).toEqual([]);
    expect(await statusByNumber()).toMatchObject({ status: 'DENIED', reason: 'Invalid callback' });
  });

  it('give an SMS its code, language, code type and lifetime', async () => {
    const sms = { code: 'AB-12', codeType: 'Alphanumeric', expiry: '00:01:00' };
    receiver.answerWith({ action: 'allow', sms: { ...sms, acceptLanguage: ['es-ES'] } });
    const { body, headers } = await simulator.start({ smsOptions: { expiry: '00:09:00' } });
    expect(headers.get('content-language')).toBe('es-ES');
    expect(body['sms']).toEqual({
      template: 'Tu código de verificación es {{CODE}}.',
      interceptionTimeout: 58,
      codeType: 'Alphanumeric',
    });
    expect(simulator.codeOf()).toBe('AB-12');
    expect((await simulator.reportSms(body['id'], 'AB-12')).body).toMatchObject({
      status: 'SUCCESSFUL',
    });
  });

  it('give a flash call its caller and times', async () => {
    receiver.answerWith({
      action: 'allow',
      flashCall: { cli: '+46000000001', interceptionTimeout: 60 },
    });
    const { body } = await simulator.start({ method: 'flashcall' });
    expect(body['flashCall']).toMatchObject({ interceptionTimeout: 60, reportTimeout: 90 });
    expect(simulator.codeOf()).toBe('+46000000001');
  });

  it('give a call its code and voice', async () => {
    receiver.answerWith({
      action: 'allow',
      callout: { code: '4567', speech: { locale: 'sv_SE' } },
    });
    await simulator.start({ method: 'callout' });
    expect(simulator.inbox.list()[0]).toMatchObject({
      code: '4567',
      text: 'Din verifieringskod är 4 5 6 7.',
    });
  });

  it('give WhatsApp its code type and language', async () => {
    receiver.answerWith({
      action: 'allow',
      whatsapp: { codeType: 'Alpha', acceptLanguage: ['sv'] },
    });
    const { body } = await simulator.start({ method: 'whatsapp' });
    expect(body['whatsapp']).toEqual({ codeType: 'Alpha' });
    expect(simulator.inbox.list()[0]!.text).toMatch(/^Din verifieringskod är [A-Z]{4}\.$/);
  });

  it('approve a start with Public authentication', async () => {
    expect((await startPublicly(simulator.url)).status).toBe(200);
    receiver.answerWith({ action: 'deny' });
    expect(await startPublicly(simulator.url)).toMatchObject({
      status: 403,
      body: { errorCode: 40303 },
    });
  });

  it('allow a signed start without a response', async () => {
    receiver.answerWith({ silent: true });
    await simulator.settings({ callbackTimeoutMs: 50 });
    expect((await simulator.start()).status).toBe(200);
    await simulator.settings({ callbackUrl: NOWHERE });
    expect((await simulator.start()).status).toBe(200);
  });

  it('refuse a signed start without a response if configured so', async () => {
    await simulator.settings({ callbackUrl: NOWHERE, unansweredCallback: 'deny' });
    expect(await simulator.start()).toMatchObject({ status: 422, body: { errorCode: 42202 } });
    expect(simulator.inbox.list()).toEqual([]);
  });

  it('always refuse a Public start without a response', async () => {
    await simulator.settings({ callbackUrl: NOWHERE });
    expect(await startPublicly(simulator.url)).toMatchObject({
      status: 403,
      body: { errorCode: 40303 },
    });
    expect(simulator.inbox.list()).toEqual([]);
  });

  it('are sent nowhere without a URL', async () => {
    await simulator.settings({ callbackUrl: null });
    const { body } = await simulator.start();
    await simulator.reportSms(body['id'], simulator.codeOf());
    await simulator.settings({ callbackUrl: receiver.url });
    await simulator.start();
    await receiver.received(DELIVERED);
    expect(receiver.events.map(({ event }) => event['event'])).toEqual([REQUEST, DELIVERED]);
  });

  it("do not delay the simulator's stop", async () => {
    receiver.answerWith({ silent: true });
    const start = simulator.start().catch(() => 'cut');
    await receiver.received(REQUEST);
    const startedAt = Date.now();
    await simulator.close();
    expect(Date.now() - startedAt).toBeLessThan(1000);
    expect(await start).toBe('cut');
  });
});
