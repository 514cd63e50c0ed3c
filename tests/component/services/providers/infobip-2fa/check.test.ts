import { noteSecret } from '../../../../support/evidence.js';
import {
  startTestInfobip,
  wrongPin,
  type TestInfobip,
} from '../../../development/simulator/infobip-harness.js';
import {
  infobipAt,
  PIN_ID,
  platformError,
  requestError,
  startRequest,
  subject,
} from './infobip-provider.js';
import {
  answers,
  hangs,
  resets,
  startRecordingSms as startRecording,
  type RecordingSms as Recording,
} from '../../messages/recording-sms.js';
import { failureOf } from '../../messages/sms-senders.js';

const CODE = '048151';
noteSecret(CODE);
const VERIFIED = { pinId: PIN_ID, msisdn: '41793026727', verified: true, attemptsRemaining: 0 };
const denied = (pinError: unknown, attemptsRemaining = 0) => ({
  ...VERIFIED,
  verified: false,
  attemptsRemaining,
  pinError,
});

describe('checking with Infobip 2FA', () => {
  let server: Recording;
  beforeEach(async () => {
    server = await startRecording();
  });
  afterEach(() => server.close());

  const check = (changes: Parameters<typeof subject>[0] = {}) =>
    infobipAt(server.url).check(subject(changes), CODE);

  it('checks the PIN by its id, with the code as typed', async () => {
    server.onSend(answers(200, VERIFIED));
    expect(await check({ providerReference: 'A/B?c' })).toEqual({ approved: true });
    expect(server.calls).toHaveLength(1);
    expect(server.calls[0]!.path).toBe('POST /2fa/2/pin/A%2FB%3Fc/verify');
    expect(JSON.parse(server.calls[0]!.body)).toEqual({ pin: CODE });
  });

  it('makes no call for a send whose response was lost', async () => {
    server.onSend(answers(200, VERIFIED));
    expect(await check({ providerReference: null })).toEqual({
      approved: false,
      reason: 'wrong_code',
    });
    expect(server.calls).toEqual([]);
  });

  it.each([
    ['with no attempts left', VERIFIED],
    ['with attempts left', { ...VERIFIED, attemptsRemaining: 3 }],
    ['written with a plus', { ...VERIFIED, msisdn: '+41 79 302 67 27' }],
    ['without a number', { ...VERIFIED, msisdn: undefined }],
    ['with null for a number', { ...VERIFIED, msisdn: null }],
  ])('approves what is verified: %s', async (_what, body) => {
    server.onSend(answers(200, body));
    expect(await check()).toEqual({ approved: true });
  });

  it.each([
    ['another number', { ...VERIFIED, msisdn: '41793026728' }],
    ['half of our number', { ...VERIFIED, msisdn: '793026727' }],
    ['no digits at all', { ...VERIFIED, msisdn: 'john.smith@example.com' }],
    ['an empty number', { ...VERIFIED, msisdn: '' }],
    ['verified as a string', { ...VERIFIED, verified: 'true' }],
    ['no verdict', { pinId: PIN_ID, attemptsRemaining: 0 }],
    ['HTML', '<html>verified: true</html>'],
    ['nothing', ''],
  ])('never approves %s', async (_what, body) => {
    server.onSend(answers(200, body));
    const failure = await failureOf(check());
    expect([failure.kind, failure.didNothing]).toEqual(['bad-response', false]);
  });

  it.each([
    ['WRONG_PIN', 'wrong_code'],
    ['TTL_EXPIRED', 'expired'],
    ['NO_MORE_PIN_ATTEMPTS', 'failed'],
    ['PIN_EXPIRED', 'wrong_code'],
    ['NO_ERROR', 'wrong_code'],
    ['', 'wrong_code'],
    [null, 'wrong_code'],
    [undefined, 'wrong_code'],
  ])('denies for %p: %s', async (pinError, reason) => {
    server.onSend(answers(200, denied(pinError)));
    expect(await check()).toEqual({ approved: false, reason });
  });

  it('denies a wrong code the same for another number', async () => {
    server.onSend(answers(200, { ...denied('WRONG_PIN', 4), msisdn: '41793026728' }));
    expect(await check()).toEqual({ approved: false, reason: 'wrong_code' });
  });

  it.each([
    [404, requestError('NOT_FOUND'), 'expired'],
    [404, platformError('E404'), 'expired'],
    [404, '', 'expired'],
    [400, requestError('BAD_REQUEST'), 'expired'],
    [400, requestError('INVALID_ARGUMENT', {}), 'expired'],
    [400, platformError('E400'), 'expired'],
    [400, '', 'expired'],
    [400, requestError('BAD_REQUEST', { pin: ['size must be 4'] }), 'wrong_code'],
    [400, platformError('E400', ['pin']), 'wrong_code'],
  ] as const)('%d with %p denies: %s', async (status, body, reason) => {
    server.onSend(answers(status, body));
    expect(await check()).toEqual({ approved: false, reason });
    expect(server.calls).toHaveLength(1);
  });

  it.each([
    [400, requestError('BAD_REQUEST', { pinId: ['x'] }), 'bad-response'],
    [400, requestError('TOO_MANY_REQUESTS'), 'rate-limited'],
    [401, requestError('UNAUTHORIZED'), 'bad-credentials'],
    [403, requestError('UNAUTHORIZED'), 'bad-credentials'],
    [403, '', 'bad-credentials'],
    [429, requestError('TOO_MANY_REQUESTS'), 'rate-limited'],
    [500, requestError('GENERAL_ERROR'), 'timeout-unknown'],
    [503, '<h1>Down</h1>', 'unreachable'],
    [504, '', 'timeout-unknown'],
    [302, '', 'bad-response'],
    [201, VERIFIED, 'bad-response'],
  ] as const)('%d with %p is a failure: %s', async (status, body, kind) => {
    server.onSend(answers(status, body, { location: `${server.url}/elsewhere` }));
    const failure = await failureOf(check());
    expect(failure).toMatchObject({ kind, facts: { httpStatus: status } });
    expect(server.calls).toHaveLength(1);
  });

  it("returns Infobip's retry delay", async () => {
    server.onSend(answers(429, '', { 'Retry-After': '3' }));
    expect((await failureOf(check())).facts.retryAfterSeconds).toBe(3);
  });

  it.each([
    ['hangs', hangs],
    ['resets the connection', resets],
  ])('does not know whether a try is notFound when Infobip %s', async (_what, act) => {
    server.onSend(act);
    const failure = await failureOf(check());
    expect([failure.kind, failure.didNothing]).toEqual(['timeout-unknown', false]);
    expect(server.calls).toHaveLength(1);
  });
});

describe('checking with the simulated Infobip', () => {
  let infobip: TestInfobip;
  beforeEach(async () => {
    infobip = await startTestInfobip();
  });
  afterEach(() => infobip.close());

  const begin = async () => {
    const provider = infobipAt(infobip.url, {}, 2000);
    const { providerReference } = await provider.start(startRequest());
    const right = infobip.pinOf();
    noteSecret(right);
    const asked = subject({ providerReference });
    return {
      right: () => provider.check(asked, right),
      wrong: () => provider.check(asked, wrongPin(right)),
    };
  };
  const no = (reason: string) => ({ approved: false, reason });

  it('denies wrong codes while Infobip checks them', async () => {
    await infobip.configure({ pinAttempts: 2 });
    const { right, wrong } = await begin();
    expect([await wrong(), await wrong()]).toEqual([no('wrong_code'), no('wrong_code')]);
    expect(await right()).toEqual(no('failed'));
  });

  it('denies an expired code', async () => {
    await infobip.configure({ pinTimeToLive: '100ms' });
    const { right } = await begin();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await right()).toEqual(no('expired'));
    await infobip.settings({ expiredStyle: 'not-found', unknownPin: 400 });
    expect(await right()).toEqual(no('expired'));
  });

  it('approves a code once', async () => {
    const { right } = await begin();
    const outcomes = await Promise.all([right(), right(), right()]);
    expect(outcomes.filter(({ approved }) => approved)).toHaveLength(1);
  });

  it("fails when Infobip limits a number's checks, and the code stays valid", async () => {
    await infobip.configure({ verifyPinLimit: '1/2s' });
    const { right, wrong } = await begin();
    await wrong();
    expect((await failureOf(right())).kind).toBe('rate-limited');
    await new Promise((resolve) => setTimeout(resolve, 2050));
    expect(await right()).toEqual({ approved: true });
  });
});
