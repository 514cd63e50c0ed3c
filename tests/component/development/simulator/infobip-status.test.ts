import {
  errorBody,
  MSISDN,
  notFound,
  startTestInfobip,
  type TestInfobip,
} from './infobip-harness.js';

describe('status of a number at the simulated Infobip', () => {
  let infobip: TestInfobip;

  beforeEach(async () => {
    infobip = await startTestInfobip();
  });
  afterEach(() => infobip.close());

  const listed = async (query: string) =>
    (await infobip.verifications(query)).body['verifications'] as Record<string, unknown>[];
  const three = async () => {
    await infobip.settings({ smsStatus: 'MESSAGE_NOT_SENT' });
    await infobip.sms();
    await infobip.settings({ smsStatus: 'MESSAGE_SENT' });
    await infobip.sms();
    const { body } = await infobip.sms();
    await infobip.verify(body['pinId'], infobip.pinOf());
  };

  it('lists its PINs, newest first', async () => {
    await three();
    const before = Date.now() - 10_000;
    const all = await listed(`/?msisdn=${MSISDN}`);
    expect(all).toEqual([
      {
        msisdn: MSISDN,
        verified: true,
        verifiedAt: expect.any(Number),
        sentAt: expect.any(Number),
      },
      { msisdn: MSISDN, verified: false, sentAt: expect.any(Number) },
      { msisdn: MSISDN, verified: false },
    ]);
    expect(all[0]!['verifiedAt']).toBeGreaterThan(before);
    expect(all[0]!['sentAt']).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ['&verified=true', 1],
    ['&verified=false', 2],
    ['&sent=true', 2],
    ['&sent=false', 1],
    ['&verified=false&sent=true', 1],
    ['&verified=perhaps', 3],
  ])('filters by %s', async (query, count) => {
    await three();
    expect(await listed(`?msisdn=%2B${MSISDN}${query}`)).toHaveLength(count);
  });

  it('can return times in seconds', async () => {
    await infobip.settings({ timestampUnit: 's' });
    await infobip.sms();
    expect((await listed(`?msisdn=${MSISDN}`))[0]!['sentAt']).toBeLessThan(10 ** 11);
  });

  it('lists no other numbers and applications', async () => {
    await infobip.sms();
    expect(await listed('?msisdn=41793026746')).toEqual([]);
    const other = await infobip.call('POST', '/applications', { name: 'Other' });
    const path = `/applications/${String(other.body['applicationId'])}/verifications`;
    const { body } = await infobip.call('GET', `${path}?msisdn=${MSISDN}`);
    expect(body).toEqual({ verifications: [] });
    const unknown = await infobip.call('GET', `/applications/NOPE/verifications?msisdn=${MSISDN}`);
    expect(unknown).toMatchObject(notFound);
  });

  it('requires a number', async () => {
    const errors = { msisdn: ['must not be empty'] };
    const refused = { status: 400, body: errorBody('BAD_REQUEST', 'Bad request', errors) };
    expect(await infobip.verifications('')).toMatchObject(refused);
    expect(await infobip.verifications('?msisdn=')).toMatchObject(refused);
  });
});
