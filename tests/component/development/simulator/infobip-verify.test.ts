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

  it('responds to the right PIN with 200, verified, and no attempts left', async () => {
    const pinId = await begin();
    const { status, body } = await right(pinId);
    expect(status).toBe(200);
    expect(body).toEqual({ pinId, msisdn: MSISDN, verified: true, attemptsRemaining: 0 });
  });

  it('verifies a spoken PIN', async () => {
    const { body } = await infobip.voice();
    expect((await right(body['pinId'])).body).toMatchObject({ verified: true });
  });

  it('responds to a wrong PIN with 200 and counts down', async () => {
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

  it('accepts several PINs of one number', async () => {
    const [first, second] = [await begin(), await begin()];
    const [newer, older] = infobip.inbox.list().map(({ code }) => code);
    expect((await infobip.verify(second, newer)).body).toMatchObject({ verified: true });
    expect((await infobip.verify(first, older)).body).toMatchObject({ verified: true });
  });

  describe('without attempts left', () => {
    const exhaust = async (pinId: unknown) => {
      const answers = [];
      for (let count = 0; count < 5; count += 1) answers.push((await wrong(pinId)).body);
      return answers.at(-1)!;
    };

    it('refuses from the sixth attempt on, even the right PIN', async () => {
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

    it('reports it with the last attempt if configured so', async () => {
      await infobip.settings({ lastWrongTry: 'NO_MORE_PIN_ATTEMPTS' });
      const pinId = await begin();
      expect((await wrong(pinId)).body).toMatchObject({ pinError: 'WRONG_PIN' });
      expect(await exhaust(pinId)).toMatchObject({
        attemptsRemaining: 0,
        pinError: 'NO_MORE_PIN_ATTEMPTS',
      });
    });

    it("allows the application's number of attempts", async () => {
      await infobip.configure({ pinAttempts: 1 });
      const pinId = await begin();
      await wrong(pinId);
      expect((await right(pinId)).body).toMatchObject({ pinError: 'NO_MORE_PIN_ATTEMPTS' });
    });
  });

  describe('after its lifetime', () => {
    const late = async () => {
      await infobip.configure({ pinTimeToLive: '100ms' });
      const pinId = await begin();
      await pause(120);
      return pinId;
    };

    it('responds with TTL_EXPIRED to the right PIN', async () => {
      const pinId = await late();
      expect((await right(pinId)).body).toEqual({
        pinId,
        msisdn: MSISDN,
        verified: false,
        attemptsRemaining: 0,
        pinError: 'TTL_EXPIRED',
      });
    });

    it('responds with WRONG_PIN if configured so', async () => {
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
    ] as const)(
      'responds as for an unknown PIN with %d if configured so',
      async (unknownPin, answer) => {
        await infobip.settings({ expiredStyle: 'not-found', unknownPin });
        expect(await right(await late())).toMatchObject(answer);
      },
    );
  });

  describe('a second time', () => {
    const verified = async () => {
      const pinId = await begin();
      await right(pinId);
      return pinId;
    };

    it('is refused by the initial application', async () => {
      expect((await right(await verified())).body).toMatchObject({
        verified: false,
        attemptsRemaining: 0,
        pinError: 'NO_MORE_PIN_ATTEMPTS',
      });
    });

    it('is accepted by an application that allows it', async () => {
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

    it('responds with 404 if configured so', async () => {
      await infobip.settings({ repeatedStyle: 'not-found' });
      expect(await right(await verified())).toMatchObject(notFound);
    });

    it('verifies one of many concurrent requests', async () => {
      const pinId = await begin();
      const answers = await Promise.all(Array.from({ length: 10 }, () => right(pinId)));
      expect(answers.filter(({ body }) => body['verified'] === true)).toHaveLength(1);
    });
  });

  it.each([
    [null, false],
    ['SOMETHING_NEW', true],
  ])('can report a wrong PIN as %p', async (wrongPinError, present) => {
    await infobip.settings({ wrongPinError });
    const { body } = await wrong(await begin());
    expect('pinError' in body).toBe(present);
    expect(body).toMatchObject({ verified: false, ...(present && { pinError: wrongPinError }) });
  });

  it('responds with 404 for an unknown PIN id, case-sensitively', async () => {
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
  ])('refuses %s as a PIN and uses no attempt', async (_what, pin) => {
    const pinId = await begin();
    expect(await infobip.verify(pinId, pin)).toMatchObject({
      status: 400,
      body: errorBody('BAD_REQUEST', 'Bad request', { pin: [expect.any(String)] }),
    });
    expect((await wrong(pinId)).body).toMatchObject({ attemptsRemaining: 4 });
  });

  it('limits attempts per number across its PINs, without using up their attempts', async () => {
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

  it('responds with 429 to too many attempts even if sends get 200', async () => {
    await infobip.settings({ limitAnswer: 200 });
    await infobip.configure({ verifyPinLimit: '1/1h' });
    const pinId = await begin();
    await wrong(pinId);
    expect((await right(pinId)).status).toBe(429);
  });
});
