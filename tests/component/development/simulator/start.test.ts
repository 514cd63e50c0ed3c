import {
  PHONE,
  sendSigned,
  startBody,
  startTestSimulator,
  VERIFICATIONS,
  type TestSimulator,
} from './harness.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('starting a verification at the simulated Sinch', () => {
  let simulator: TestSimulator;

  beforeEach(async () => {
    simulator = await startTestSimulator();
  });
  afterEach(() => simulator.close());

  const startRaw = (body: unknown) =>
    sendSigned(simulator.url, { method: 'POST', path: VERIFICATIONS, body });

  it('responds to a start by SMS with 200 and the documented shape', async () => {
    const { status, headers, body } = await simulator.start();
    const href = `${simulator.url}${VERIFICATIONS}/id/${String(body['id'])}`;
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      id: expect.stringMatching(UUID),
      method: 'sms',
      sms: {
        template: 'Your verification code is {{CODE}}. Verified by Sinch',
        interceptionTimeout: 298,
        codeType: 'Numeric',
      },
      _links: [
        { rel: 'status', href, method: 'GET' },
        { rel: 'report', href, method: 'PUT' },
      ],
    });
  });

  it('sends a four-digit code in the text', async () => {
    await simulator.start();
    const [message, ...others] = simulator.inbox.list();
    expect(others).toEqual([]);
    expect(message).toEqual({
      id: expect.stringMatching(UUID),
      to: PHONE,
      channel: 'sms',
      text: `Your verification code is ${message!.code!}. Verified by Sinch`,
      code: expect.stringMatching(/^\d{4}$/),
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it('responds to a flash call with the details for the device', async () => {
    const { body } = await simulator.start({ method: 'flashcall' });
    expect(body['flashCall']).toEqual({
      cliFilter: expect.any(String),
      interceptionTimeout: 120,
      reportTimeout: 300,
      denyCallAfter: 0,
      callId: body['id'],
    });
    const { cliFilter } = body['flashCall'] as { cliFilter: string };
    expect(simulator.codeOf()).toMatch(/^\+\d{12}$/);
    expect(simulator.codeOf()).toMatch(new RegExp(cliFilter));
    expect(simulator.inbox.list()[0]).toMatchObject({ channel: 'flashcall' });
  });

  it('derives the report timeout of a flash call from its interception timeout', async () => {
    const flashCallOptions = { interceptionTimeout: 45, dialTimeout: 5 };
    const { body } = await simulator.start({ method: 'flashcall', flashCallOptions });
    expect(body['flashCall']).toMatchObject({ interceptionTimeout: 45, reportTimeout: 75 });
  });

  it('responds to a callout without method details and spells the digits', async () => {
    const calloutOptions = { speech: { locale: 'sv-SE' } };
    const { body } = await simulator.start({ method: 'callout', calloutOptions });
    expect(Object.keys(body)).toEqual(['id', 'method', '_links']);
    const [message] = simulator.inbox.list();
    expect(message).toMatchObject({
      channel: 'voice',
      text: `Din verifieringskod är ${Array.from(message!.code!).join(' ')}.`,
    });
  });

  it('responds to WhatsApp with its code type', async () => {
    const { body, headers } = await simulator.start(
      { method: 'whatsapp', whatsappOptions: { codeType: 'Alphanumeric' } },
      { 'accept-language': 'es' },
    );
    expect(body['whatsapp']).toEqual({ codeType: 'Alphanumeric' });
    expect(headers.get('content-language')).toBe('es-ES');
    const code = simulator.codeOf();
    expect(simulator.inbox.list()[0]).toMatchObject({
      channel: 'whatsapp',
      text: `Tu código de verificación es ${code}.`,
    });
  });

  it('responds to seamless with an address that verifies the number once', async () => {
    const { body } = await simulator.start({ method: 'seamless' });
    const { targetUri } = body['seamless'] as { targetUri: string };
    expect(simulator.inbox.list()[0]).toMatchObject({
      channel: 'seamless',
      code: null,
      text: targetUri,
    });
    expect(await simulator.status(body['id'])).toMatchObject({ status: 'PENDING' });
    expect((await fetch(`${targetUri}x`)).status).toBe(404);
    expect(await simulator.status(body['id'])).toMatchObject({ status: 'PENDING' });
    expect((await fetch(targetUri)).status).toBe(200);
    expect(await simulator.status(body['id'])).toMatchObject({ status: 'SUCCESSFUL' });
    expect((await fetch(targetUri)).status).toBe(404);
  });

  it.each([
    ['sv-SE', 'sv-SE', 'Din verifieringskod är {{CODE}}.'],
    ['es-MX,en;q=0.4', 'es-ES', 'Tu código de verificación es {{CODE}}.'],
    ['en;q=0.3, sv;q=0.8', 'sv-SE', 'Din verifieringskod är {{CODE}}.'],
    ['fi-FI, es;q=0.5', 'es-ES', 'Tu código de verificación es {{CODE}}.'],
    ['sv;q=0, tlh', 'en-US', 'Your verification code is {{CODE}}. Verified by Sinch'],
  ])('for Accept-Language %p writes in %s', async (wanted, tag, template) => {
    const { body, headers } = await simulator.start({}, { 'accept-language': wanted });
    expect(headers.get('content-language')).toBe(tag);
    expect(body['sms']).toMatchObject({ template });
    const text = template.replace('{{CODE}}', simulator.codeOf());
    expect(simulator.inbox.list()[0]).toMatchObject({ text });
  });

  it.each([
    ['Numeric', /^[0-9]{10}$/],
    ['Alpha', /^[A-Z]{10}$/],
    ['Alphanumeric', /^[A-Z0-9]{10}$/],
  ])('creates %s codes', async (codeType, form) => {
    await simulator.settings({ codeLength: 10 });
    const { body } = await simulator.start({ smsOptions: { codeType } });
    expect(body['sms']).toMatchObject({ codeType });
    expect(simulator.codeOf()).toMatch(form);
  });

  it('takes the lifetime from smsOptions.expiry', async () => {
    const { body } = await simulator.start({ smsOptions: { expiry: '01:00:30' } });
    expect(body['sms']).toMatchObject({ interceptionTimeout: 3628 });
  });

  it.each(['SMS', 'flashCall', 'Callout', 'WhatsApp'])(
    'accepts the method as %s and responds in lower case',
    async (method) => {
      const { status, body } = await simulator.start({ method });
      expect(status).toBe(200);
      expect(body['method']).toBe(method.toLowerCase());
    },
  );

  it('ignores unknown keys inside an options object', async () => {
    expect((await simulator.start({ smsOptions: { further: 1 } })).status).toBe(200);
  });

  const identity = (endpoint: unknown) => ({ identity: { type: 'number', endpoint } });
  it.each([
    ['a body that is not JSON', '{', 40001, /body/i],
    ['an empty body', '', 40001, /body/i],
    ['an array', [], 40001, /body/i],
    ['no identity', { method: 'sms' }, 40002, /^Identity parameter is missing/],
    ['no endpoint', startBody(identity(undefined)), 40002, /^Endpoint parameter is missing\.$/],
    ['no identity type', startBody({ identity: { endpoint: PHONE } }), 40002, /^Type/],
    [
      'another identity type',
      startBody({ identity: { type: 'email', endpoint: PHONE } }),
      40001,
      /^Type/,
    ],
    ['no method', startBody({ method: undefined }), 40002, /^Method parameter is missing/],
    ['an unknown method', startBody({ method: 'pigeon' }), 40001, /^Method/],
    ['a number without plus', startBody(identity('46700000101')), 40005, /leading plus/],
    ['a short number', startBody(identity('+4813')), 40001, /^Number \+4813 is invalid\. {2}Too s/],
    ['a long number', startBody(identity(`${PHONE}0000000000`)), 40001, /Too long\.$/],
    ['an unknown country', startBody(identity('+99912345678')), 40001, /Unknown country/],
    ['letters in the number', startBody(identity('+4670FLOWERS')), 40001, /Not a number/],
    ['a number that is none', startBody(identity(46700000101)), 40001, /^Endpoint/],
    ['a numeric reference', startBody({ reference: 7 }), 40001, /^Reference/],
    ['a long custom text', startBody({ custom: 'x'.repeat(4097) }), 40001, /^Custom/],
    ['a code type of its own', startBody({ smsOptions: { codeType: 'Emoji' } }), 40001, /^CodeT/],
    ['an expiry in seconds', startBody({ smsOptions: { expiry: '300' } }), 40001, /^Expiry/],
    ['an expiry of nothing', startBody({ smsOptions: { expiry: '00:00:00' } }), 40001, /^Expiry/],
    [
      'a short ring',
      startBody({ method: 'flashcall', flashCallOptions: { dialTimeout: 4 } }),
      40001,
      /^DialT/,
    ],
    [
      'a long interception',
      startBody({ method: 'flashcall', flashCallOptions: { interceptionTimeout: 121 } }),
      40001,
      /^InterceptionT/,
    ],
    ['an unknown key', startBody({ phone: PHONE }), 40001, /^Phone parameter is not known/],
    [
      'an unknown key in identity',
      startBody({ identity: { type: 'number', endpoint: PHONE, verified: true } }),
      40001,
      /^Verified/,
    ],
  ])('refuses %s', async (_what, body, errorCode, message) => {
    expect(await startRaw(body)).toMatchObject({
      status: 400,
      body: {
        errorCode,
        message: expect.stringMatching(message),
        reference: expect.stringMatching(UUID),
      },
    });
    expect(simulator.inbox.list()).toEqual([]);
  });

  it('accepts a custom text of 4096 characters', async () => {
    expect((await simulator.start({ custom: 'x'.repeat(4096) })).status).toBe(200);
  });

  it('refuses a body above the size limit', async () => {
    const answer = await startRaw(startBody({ metadata: 'x'.repeat(70_000) }));
    expect(answer).toMatchObject({ status: 400, body: { errorCode: 40001 } });
  });

  it('refuses a used reference and sends nothing', async () => {
    await simulator.start({ reference: 'once' });
    const again = await simulator.start({ reference: 'once', ...identity('+46700000102') });
    expect(again).toMatchObject({
      status: 409,
      body: { errorCode: 40900, message: 'Reference already defined' },
    });
    expect(simulator.inbox.list('+46700000102')).toEqual([]);
  });

  it('accepts one of several concurrent starts with the same reference', async () => {
    const starts = Array.from({ length: 8 }, () => simulator.start({ reference: 'race' }));
    const statuses = (await Promise.all(starts)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(7).fill(409)]);
    expect(simulator.inbox.list()).toHaveLength(1);
  });

  it('aborts the pending verification of the same number, whatever its method', async () => {
    const first = await simulator.start();
    const other = await simulator.start(identity('+46700000102'));
    const second = await simulator.start({ method: 'callout' });
    expect(await simulator.status(first.body['id'])).toMatchObject({ status: 'ABORTED' });
    expect(await simulator.status(other.body['id'])).toMatchObject({ status: 'PENDING' });
    expect(await simulator.status(second.body['id'])).toMatchObject({ status: 'PENDING' });
  });

  it('leaves the pending verification alone when the next start is refused', async () => {
    const first = await simulator.start({ reference: 'kept' });
    await simulator.start({ reference: 'kept' });
    expect(await simulator.status(first.body['id'])).toMatchObject({ status: 'PENDING' });
  });

  it('responds with 404 to other paths', async () => {
    const paths = ['/verification/v1/nothing', '/verification/v2/verifications'];
    for (const path of paths) {
      expect((await sendSigned(simulator.url, { method: 'POST', path, body: {} })).status).toBe(
        404,
      );
    }
    const deleted = await sendSigned(simulator.url, {
      method: 'DELETE',
      path: `${VERIFICATIONS}/id/1`,
    });
    expect(deleted).toMatchObject({ status: 404, body: { errorCode: 40400 } });
  });
});
