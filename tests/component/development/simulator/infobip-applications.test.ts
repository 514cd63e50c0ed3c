import {
  ACCOUNT,
  errorBody,
  notFound,
  startTestInfobip,
  type TestInfobip,
} from './infobip-harness.js';

const DEFAULTS = {
  pinAttempts: 10,
  allowMultiplePinVerifications: true,
  pinTimeToLive: '15m',
  verifyPinLimit: '1/3s',
  sendPinPerApplicationLimit: '10000/1d',
  sendPinPerPhoneNumberLimit: '3/1d',
};
const CONFIGURATION = {
  pinAttempts: 5,
  allowMultiplePinVerifications: false,
  pinTimeToLive: '10m',
  verifyPinLimit: '2/4s',
  sendPinPerApplicationLimit: '5000/12h',
  sendPinPerPhoneNumberLimit: '2/1d',
};

describe('applications of the simulated Infobip', () => {
  let infobip: TestInfobip;

  beforeEach(async () => {
    infobip = await startTestInfobip();
  });
  afterEach(() => infobip.close());

  const create = (body: unknown) => infobip.call('POST', '/applications', body);
  const read = (id: unknown) => infobip.call('GET', `/applications/${String(id)}`);
  const update = (id: unknown, body: unknown) =>
    infobip.call('PUT', `/applications/${String(id)}`, body);

  it('has an initial application with attempts for the holder and a stranger together', async () => {
    const { status, body } = await infobip.call('GET', '/applications');
    expect(status).toBe(200);
    expect(body).toEqual([
      {
        applicationId: ACCOUNT.applicationId,
        name: expect.any(String),
        enabled: true,
        configuration: expect.objectContaining({
          pinAttempts: 10,
          allowMultiplePinVerifications: false,
          pinTimeToLive: '5m',
        }),
      },
    ]);
  });

  it('creates an application with 201, a new id and the documented defaults', async () => {
    const { status, body } = await create({ name: '2fa application name' });
    expect(status).toBe(201);
    expect(body).toEqual({
      applicationId: expect.stringMatching(/^[0-9A-F]{32}$/),
      name: '2fa application name',
      configuration: DEFAULTS,
      enabled: true,
    });
    expect((await read(body['applicationId'])).body).toEqual(body);
  });

  it('creates an application with the given settings, and lists it after the first', async () => {
    const request = { name: 'Acme', enabled: false, configuration: CONFIGURATION };
    const { body } = await create(request);
    expect(body).toEqual({ applicationId: body['applicationId'], ...request });
    const listed = (await infobip.call('GET', '/applications')).body as unknown as object[];
    expect(listed).toHaveLength(2);
    expect(listed[1]).toEqual(body);
  });

  it('accepts duplicate names', async () => {
    const [first, second] = [await create({ name: 'Same' }), await create({ name: 'Same' })];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.body['applicationId']).not.toBe(second.body['applicationId']);
  });

  it('updates an application and keeps omitted settings', async () => {
    const { body } = await create({ name: 'Acme', enabled: false, configuration: CONFIGURATION });
    const id = body['applicationId'];
    const updated = await update(id, { name: 'Acme 2', configuration: { pinAttempts: 3 } });
    expect(updated).toMatchObject({
      status: 200,
      body: {
        applicationId: id,
        name: 'Acme 2',
        enabled: false,
        configuration: { ...CONFIGURATION, pinAttempts: 3 },
      },
    });
    expect((await read(id)).body).toEqual(updated.body);
  });

  it('resets omitted settings if configured so', async () => {
    await infobip.settings({ omittedOnUpdate: 'reset' });
    const { body } = await create({ name: 'Acme', enabled: false, configuration: CONFIGURATION });
    const updated = await update(body['applicationId'], {
      name: 'Acme',
      configuration: { pinAttempts: 3 },
    });
    expect(updated.body).toMatchObject({
      enabled: true,
      configuration: { ...DEFAULTS, pinAttempts: 3 },
    });
  });

  it('responds with 404 for unknown ids', async () => {
    expect(await read('NOPE')).toMatchObject(notFound);
    expect(await update('NOPE', { name: 'Acme' })).toMatchObject(notFound);
    expect(await infobip.call('GET', '/applications/NOPE/messages')).toMatchObject(notFound);
  });

  it.each([
    ['no name', {}, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['enabled as a text', { name: 'x', enabled: 'true' }, 'enabled'],
    ['half an attempt', with_({ pinAttempts: 1.5 }), 'configuration.pinAttempts'],
    ['no attempt', with_({ pinAttempts: 0 }), 'configuration.pinAttempts'],
    ['a life without a unit', with_({ pinTimeToLive: '15' }), 'configuration.pinTimeToLive'],
    ['a life of weeks', with_({ pinTimeToLive: '2w' }), 'configuration.pinTimeToLive'],
    ['a life of nothing', with_({ pinTimeToLive: '0m' }), 'configuration.pinTimeToLive'],
    ['a life over a year', with_({ pinTimeToLive: '366d' }), 'configuration.pinTimeToLive'],
    ['a rate without attempts', with_({ verifyPinLimit: '/3s' }), 'configuration.verifyPinLimit'],
    ['a rate without a unit', with_({ verifyPinLimit: '1/3' }), 'configuration.verifyPinLimit'],
    ['verifying over a day', with_({ verifyPinLimit: '1/25h' }), 'configuration.verifyPinLimit'],
    [
      'a duration as a rate',
      with_({ sendPinPerPhoneNumberLimit: '1d' }),
      'configuration.sendPinPerPhoneNumberLimit',
    ],
    [
      'sending over a year',
      with_({ sendPinPerApplicationLimit: '1/366d' }),
      'configuration.sendPinPerApplicationLimit',
    ],
  ])('refuses %s and names the field', async (_what, request, member) => {
    const refused = {
      status: 400,
      body: errorBody('BAD_REQUEST', 'Bad request', expect.anything()),
    };
    for (const answer of [await create(request), await update(ACCOUNT.applicationId, request)]) {
      expect(answer).toMatchObject(refused);
      expect(Object.keys(errorsOf(answer.body))).toEqual([member]);
    }
    expect((await infobip.call('GET', '/applications')).body).toHaveLength(1);
  });

  it.each([
    ['pinTimeToLive', 'h'],
    ['pinTimeToLive', '90000ms'],
    ['pinTimeToLive', '365d'],
    ['verifyPinLimit', '5/h'],
    ['verifyPinLimit', '1/1d'],
    ['sendPinPerPhoneNumberLimit', '1/365d'],
  ])('accepts %s %s', async (member, value) => {
    const { status, body } = await create({ name: 'x', configuration: { [member]: value } });
    expect(status).toBe(201);
    expect(body['configuration']).toMatchObject({ [member]: value });
  });

  it.each([
    ['an array', '[]'],
    ['text', 'name=x'],
    ['nothing', undefined],
  ])('refuses %s as a body', async (_what, body) => {
    expect(await create(body)).toMatchObject({
      status: 400,
      body: errorBody('BAD_REQUEST', 'Bad request'),
    });
  });

  it('requires a key with the scope manage', async () => {
    await infobip.settings({ keyScope: 'send' });
    const forbidden = { status: 403, body: errorBody('FORBIDDEN', 'Forbidden') };
    expect(await create({ name: 'x' })).toMatchObject(forbidden);
    expect(await read(ACCOUNT.applicationId)).toMatchObject(forbidden);
    const messages = `/applications/${ACCOUNT.applicationId}/messages`;
    expect(await infobip.call('GET', messages)).toMatchObject(forbidden);
    expect((await infobip.sms()).status).toBe(200);
    expect((await infobip.verifications('?msisdn=1')).status).toBe(200);
  });

  it.each([
    ['list', 50, () => infobip.call('GET', '/applications')],
    ['create', 20, () => create({ name: 'x' })],
    ['read', 100, () => read(ACCOUNT.applicationId)],
    ['update', 40, () => update(ACCOUNT.applicationId, { name: 'x' })],
  ])('throttles only %s after %d requests', async (what, most, work) => {
    await infobip.settings({ retryAfterSeconds: 9 });
    for (let count = 0; count < most; count += 1) expect((await work()).status).toBeLessThan(300);
    const refused = await work();
    expect(refused).toMatchObject({
      status: 429,
      body: errorBody('TOO_MANY_REQUESTS', 'Too many requests'),
    });
    expect(refused.headers.get('retry-after')).toBe('9');
    const other =
      what === 'list' ? read(ACCOUNT.applicationId) : infobip.call('GET', '/applications');
    expect((await other).status).toBe(200);
    await infobip.settings({ throttling: false });
    expect((await work()).status).toBeLessThan(300);
  });
});

function with_(configuration: object) {
  return { name: 'x', configuration };
}

function errorsOf(body: unknown): Record<string, string[]> {
  const { requestError } = body as {
    requestError: { serviceException: { validationErrors: Record<string, string[]> } };
  };
  return requestError.serviceException.validationErrors;
}
