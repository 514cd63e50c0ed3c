import {
  errorBody,
  MSISDN,
  notFound,
  startTestInfobip,
  wrongPin,
  type TestInfobip,
} from './infobip-harness.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('verifying a PIN by the simulated Infobip', () => {
  let infobip: TestInfobip;

  beforeEach(async () => {
    infobip = await startTestInfobip({ configuration: { pinAttempts: 5 } });
  });
  afterEach(() => infobip.close());

  const begin = async () => (await infobip.sms()).body['pinId'];
  const right = (pinId: unknown) => infobip.verify(pinId, infobip.pinOf());
  const wrong = (pinId: unknown) => infobip.verify(pinId, wrongPin(infobip.pinOf()));

  it('answers the right PIN with 200, verified, and no tries left', async () => {
    const pinId = await begin();
    const { status, body } = await right(pinId);
    expect(status).toBe(200);
    expect(body).toEqual({ pinId, msisdn: MSISDN, verified: true, attemptsRemaining: 0 });
  });

  it('verifies what was spoken', async () => {
    const { body } = await infobip.voice();
    expect((await right(body['pinId'])).body).toMatchObject({ verified: true });
  });

  it('answers a wrong PIN with 200 as well, and counts down', async () => {
    const pinId = await begin();
    const { status, body } = await wrong(pinId);
    expect(status).toBe(200);
    expect(body).toEqual({
      pinId,
      msisdn: MSISDN,
      verified: false,
      attemptsRemaining: 4,
      pinError: 'WRONG_PIN',
    });
    expect((await wrong(pinId)).body).toMatchObject({ attemptsRemaining: 3 });
    expect((await right(pinId)).body).toMatchObject({ verified: true });
  });

  it('compares leading zeros', async () => {
    const pinId = await begin();
    expect((await infobip.verify(pinId, `0${infobip.pinOf()}`)).body).toMatchObject({
      verified: false,
    });
  });

  it('keeps several PINs of one number good', async () => {
    const [first, second] = [await begin(), await begin()];
    const [newer, older] = infobip.inbox.list().map(({ code }) => code);
    expect((await infobip.verify(second, newer)).body).toMatchObject({ verified: true });
    expect((await infobip.verify(first, older)).body).toMatchObject({ verified: true });
  });

  describe('with no tries left', () => {
    const exhaust = async (pinId: unknown) => {
      const answers = [];
      for (let count = 0; count < 5; count += 1) answers.push((await wrong(pinId)).body);
      return answers.at(-1)!;
    };

    it('says so from the sixth on, to the right PIN too', async () => {
      const pinId = await begin();
      expect(await exhaust(pinId)).toMatchObject({ attemptsRemaining: 0, pinError: 'WRONG_PIN' });
      expect((await right(pinId)).body).toEqual({
        pinId,
        msisdn: MSISDN,
        verified: false,
        attemptsRemaining: 0,
        pinError: 'NO_MORE_PIN_ATTEMPTS',
      });
    });

    it('says so with the last one where that is set', async () => {
      await infobip.settings({ lastWrongTry: 'NO_MORE_PIN_ATTEMPTS' });
      const pinId = await begin();
      expect((await wrong(pinId)).body).toMatchObject({ pinError: 'WRONG_PIN' });
      expect(await exhaust(pinId)).toMatchObject({
        attemptsRemaining: 0,
        pinError: 'NO_MORE_PIN_ATTEMPTS',
      });
    });

    it('allows as many as the application does', async () => {
      await infobip.configure({ pinAttempts: 1 });
      const pinId = await begin();
      await wrong(pinId);
      expect((await right(pinId)).body).toMatchObject({ pinError: 'NO_MORE_PIN_ATTEMPTS' });
    });
  });

  describe('past its life', () => {
    const late = async () => {
      await infobip.configure({ pinTimeToLive: '100ms' });
      const pinId = await begin();
      await pause(120);
      return pinId;
    };

    it('answers TTL_EXPIRED to the right PIN', async () => {
      const pinId = await late();
      expect((await right(pinId)).body).toEqual({
        pinId,
        msisdn: MSISDN,
        verified: false,
        attemptsRemaining: 0,
        pinError: 'TTL_EXPIRED',
      });
    });

    it('answers WRONG_PIN where that is set', async () => {
      await infobip.settings({ expiredStyle: 'WRONG_PIN' });
      expect((await right(await late())).body).toMatchObject({
        verified: false,
        pinError: 'WRONG_PIN',
        attemptsRemaining: 5,
      });
    });

    it.each([
      [404, notFound],
      [400, { status: 400, body: errorBody('BAD_REQUEST', 'Bad request') }],
    ] as const)('has forgotten it with %d where that is set', async (unknownPin, answer) => {
      await infobip.settings({ expiredStyle: 'not-found', unknownPin });
      expect(await right(await late())).toMatchObject(answer);
    });
  });

  describe('a second time', () => {
    const verified = async () => {
      const pinId = await begin();
      await right(pinId);
      return pinId;
    };

    it('is not allowed by the first application', async () => {
      expect((await right(await verified())).body).toMatchObject({
        verified: false,
        attemptsRemaining: 0,
        pinError: 'NO_MORE_PIN_ATTEMPTS',
      });
    });

    it('is allowed by an application that says so', async () => {
      await infobip.configure({ allowMultiplePinVerifications: true });
      expect((await right(await verified())).body).toMatchObject({ verified: true });
    });

    it.each(['WRONG_PIN', 'TTL_EXPIRED'] as const)('answers %s where set', async (style) => {
      await infobip.settings({ repeatedStyle: style });
      expect((await right(await verified())).body).toMatchObject({
        verified: false,
        pinError: style,
      });
    });

    it('answers 404 where that is set', async () => {
      await infobip.settings({ repeatedStyle: 'not-found' });
      expect(await right(await verified())).toMatchObject(notFound);
    });

    it('verifies one of many that come at once', async () => {
      const pinId = await begin();
      const answers = await Promise.all(Array.from({ length: 10 }, () => right(pinId)));
      expect(answers.filter(({ body }) => body['verified'] === true)).toHaveLength(1);
    });
  });

  it.each([
    [null, false],
    ['SOMETHING_NEW', true],
  ])('can give %p as the reason of a wrong PIN', async (wrongPinError, present) => {
    await infobip.settings({ wrongPinError });
    const { body } = await wrong(await begin());
    expect('pinError' in body).toBe(present);
    expect(body).toMatchObject({ verified: false, ...(present && { pinError: wrongPinError }) });
  });

  it('does not know an unknown PIN, and minds upper and lower case', async () => {
    const pinId = String(await begin());
    expect(await infobip.verify('0'.repeat(32), '123456')).toMatchObject(notFound);
    expect(await right(pinId.toLowerCase())).toMatchObject(notFound);
    await infobip.settings({ unknownPin: 400 });
    expect(await right('NOPE')).toMatchObject({
      status: 400,
      body: errorBody('BAD_REQUEST', 'Bad request'),
    });
  });

  it.each([
    ['a number', 123456],
    ['nothing', undefined],
    ['an empty text', ''],
  ])('refuses %s for a PIN and spends nothing', async (_what, pin) => {
    const pinId = await begin();
    expect(await infobip.verify(pinId, pin)).toMatchObject({
      status: 400,
      body: errorBody('BAD_REQUEST', 'Bad request', { pin: [expect.any(String)] }),
    });
    expect((await wrong(pinId)).body).toMatchObject({ attemptsRemaining: 4 });
  });

  it('limits tries per number, over all of its PINs, and spends nothing on them', async () => {
    await infobip.configure({ verifyPinLimit: '2/1h' });
    const [first, second] = [await begin(), await begin()];
    await wrong(first);
    await wrong(second);
    expect(await right(second)).toMatchObject({
      status: 429,
      body: errorBody('TOO_MANY_REQUESTS', 'Too many requests'),
    });
    await infobip.configure({ verifyPinLimit: '100/1h' });
    expect((await wrong(second)).body).toMatchObject({ attemptsRemaining: 3 });
  });

  it('answers 429 to too many tries where sends would be answered with 200', async () => {
    await infobip.settings({ limitAnswer: 200 });
    await infobip.configure({ verifyPinLimit: '1/1h' });
    const pinId = await begin();
    await wrong(pinId);
    expect((await right(pinId)).status).toBe(429);
  });
});
