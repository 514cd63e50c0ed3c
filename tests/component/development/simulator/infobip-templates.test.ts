import {
  ACCOUNT,
  errorBody,
  notFound,
  startTestInfobip,
  type TestInfobip,
} from './infobip-harness.js';

const MESSAGES = `/applications/${ACCOUNT.applicationId}/messages`;
const FULL = {
  pinType: 'ALPHANUMERIC',
  messageText: 'Hello {{firstName}} your pin is {{pin}}',
  pinLength: 8,
  language: 'en',
  voiceName: 'Joanna',
  senderId: 'Infobip 2FA',
  repeatDTMF: '1#',
  speechRate: 1.5,
  regional: {
    indiaDlt: {
      contentTemplateId: 'your-template-id',
      principalEntityId: 'your-entity-id',
      teleMarketerId: 'your-tele-marketer-id',
    },
  },
};
const SHORT = { messageText: 'Your pin is {{pin}}', pinType: 'NUMERIC' };

describe('message templates of the simulated Infobip', () => {
  let infobip: TestInfobip;

  beforeEach(async () => {
    infobip = await startTestInfobip();
  });
  afterEach(() => infobip.close());

  const create = (body: unknown) => infobip.call('POST', MESSAGES, body);
  const update = (id: unknown, body: unknown) =>
    infobip.call('PUT', `${MESSAGES}/${String(id)}`, body);
  const read = (id: unknown) => infobip.call('GET', `${MESSAGES}/${String(id)}`);

  it('has an initial template for six digits', async () => {
    expect((await infobip.call('GET', MESSAGES)).body).toEqual([
      {
        messageId: ACCOUNT.messageId,
        applicationId: ACCOUNT.applicationId,
        pinPlaceholder: '{{pin}}',
        messageText: expect.stringContaining('{{pin}}'),
        pinType: 'NUMERIC',
        pinLength: 6,
      },
    ]);
  });

  it('creates a template with 200 and omits unset fields', async () => {
    const { status, body } = await create(SHORT);
    expect(status).toBe(200);
    expect(body).toEqual({
      messageId: expect.stringMatching(/^[0-9A-F]{32}$/),
      applicationId: ACCOUNT.applicationId,
      pinPlaceholder: '{{pin}}',
      ...SHORT,
      pinLength: 4,
    });
    expect((await read(body['messageId'])).body).toEqual(body);
  });

  it('keeps the fields for calls and countries', async () => {
    const { body } = await create(FULL);
    expect(body).toMatchObject(FULL);
    expect((await infobip.call('GET', MESSAGES)).body).toHaveLength(2);
  });

  it('updates only the given fields', async () => {
    const { body } = await create(FULL);
    const changed = await update(body['messageId'], { pinLength: 6 });
    expect(changed.status).toBe(200);
    expect(changed.body).toEqual({ ...body, pinLength: 6 });
    expect((await read(body['messageId'])).body).toEqual(changed.body);
  });

  it('keeps the templates of applications apart', async () => {
    const other = await infobip.call('POST', '/applications', { name: 'Other' });
    const path = `/applications/${String(other.body['applicationId'])}/messages`;
    expect((await infobip.call('GET', path)).body).toEqual([]);
    expect(await infobip.call('GET', `${path}/${ACCOUNT.messageId}`)).toMatchObject(notFound);
    expect(await infobip.call('PUT', `${path}/${ACCOUNT.messageId}`, {})).toMatchObject(notFound);
  });

  it('responds with 404 for unknown ids', async () => {
    expect(await read('NOPE')).toMatchObject(notFound);
    expect(await update('NOPE', { pinLength: 6 })).toMatchObject(notFound);
    expect(await infobip.call('POST', '/applications/NOPE/messages', SHORT)).toMatchObject(
      notFound,
    );
  });

  it.each([
    ['no text', { pinType: 'NUMERIC' }, 'messageText'],
    ['no type', { messageText: '{{pin}}' }, 'pinType'],
  ])('refuses %s on creation, but not on update', async (_what, body, member) => {
    expect(await create(body)).toMatchObject(refusal(member));
    expect((await update(ACCOUNT.messageId, body)).status).toBe(200);
  });

  it.each([
    ['a text without the PIN', { messageText: 'Your pin is {pin}' }, 'messageText'],
    ['an unknown type', { pinType: 'numeric' }, 'pinType'],
    ['a length as a text', { pinLength: '6' }, 'pinLength'],
    ['an unknown language', { language: 'tlh' }, 'language'],
    ['a voice that is too fast', { speechRate: 2.1 }, 'speechRate'],
    ['a voice that is too slow', { speechRate: 0.4 }, 'speechRate'],
    [
      'no principal entity',
      { regional: { indiaDlt: { contentTemplateId: 'x' } } },
      'regional.indiaDlt.principalEntityId',
    ],
    [
      'a principal entity that is too long',
      { regional: { indiaDlt: { principalEntityId: 'x'.repeat(31) } } },
      'regional.indiaDlt.principalEntityId',
    ],
  ])('refuses %s', async (_what, change, member) => {
    expect(await create({ ...SHORT, ...change })).toMatchObject(refusal(member));
    expect(await update(ACCOUNT.messageId, change)).toMatchObject(refusal(member));
  });

  it.each([
    ['NUMERIC', /^[0-9]{9}$/],
    ['ALPHA', /^[A-Z]{9}$/],
    ['HEX', /^[0-9A-F]{9}$/],
    ['ALPHANUMERIC', /^[0-9A-Z]{9}$/],
  ])('creates PINs of type %s and the given length', async (pinType, form) => {
    const { body } = await create({ ...SHORT, pinType, pinLength: 9 });
    await infobip.sms({ messageId: body['messageId'] });
    expect(infobip.pinOf()).toMatch(form);
  });
});

function refusal(member: string) {
  const errors = { [member]: [expect.any(String)] };
  return { status: 400, body: errorBody('BAD_REQUEST', 'Bad request', errors) };
}
