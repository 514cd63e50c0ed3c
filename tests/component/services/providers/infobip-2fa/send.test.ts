import { ProviderError } from '../../../../../src/errors/provider-error.js';
import { noteSecret } from '../../../../support/evidence.js';
import {
  ACCOUNT,
  startTestInfobip,
  type TestInfobip,
} from '../../../development/simulator/infobip-harness.js';
import {
  infobipAt,
  PIN_ID,
  platformError,
  requestError,
  SENT,
  startRequest,
} from './infobip-provider.js';
import {
  answers,
  hangs,
  resets,
  startRecordingSms as startRecording,
  type RecordingSms as Recording,
} from '../../messages/recording-sms.js';
import { failureOf } from '../../messages/sms-senders.js';

const CALLED = { pinId: PIN_ID, to: '41793026727', callStatus: 'PENDING_ACCEPTED' };

let server: Recording;
beforeEach(async () => {
  server = await startRecording();
  server.onSend(answers(200, SENT));
});
afterEach(() => server.close());

describe('starting with Infobip 2FA', () => {
  const bodyOf = (index = 0) => JSON.parse(server.calls[index]!.body) as Record<string, unknown>;

  it('is named infobip-2fa and supports SMS and voice', () => {
    const { name, channels } = infobipAt(server.url);
    expect([name, [...channels]]).toEqual(['infobip-2fa', ['sms', 'voice']]);
  });

  it('sends only the number without its plus, our application and our template', async () => {
    expect(await infobipAt(server.url).start(startRequest())).toEqual({
      providerReference: PIN_ID,
      codeLength: null,
    });
    expect(server.calls).toHaveLength(1);
    expect(server.calls[0]!.path).toBe('POST /2fa/2/pin?ncNeeded=false');
    expect(bodyOf()).toEqual({
      applicationId: ACCOUNT.applicationId,
      messageId: ACCOUNT.messageId,
      to: '41793026727',
      trackDelivery: true,
    });
    expect(server.calls[0]!.headers).toMatchObject({
      authorization: `App ${ACCOUNT.apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(server.calls[0]!.headers).not.toHaveProperty('accept-language');
  });

  it('requests the number lookup when it is configured', async () => {
    await infobipAt(server.url, { numberLookup: true }).start(startRequest());
    expect(server.calls[0]!.path).toBe('POST /2fa/2/pin?ncNeeded=true');
  });

  it('calls without a lookup', async () => {
    server.onSend(answers(200, CALLED));
    const provider = infobipAt(server.url, { numberLookup: true });
    expect(await provider.start(startRequest({ channel: 'voice' }))).toEqual({
      providerReference: PIN_ID,
      codeLength: null,
    });
    expect(server.calls.map(({ path }) => path)).toEqual(['POST /2fa/2/pin/voice']);
    expect(bodyOf()).toMatchObject({ to: '41793026727' });
  });

  it("never uses Infobip's resend: a second send is a new PIN", async () => {
    const provider = infobipAt(server.url);
    await provider.start(startRequest());
    await provider.start(startRequest({ sendReference: 'another' }));
    expect(server.calls.map(({ path }) => path)).toEqual([
      'POST /2fa/2/pin?ncNeeded=false',
      'POST /2fa/2/pin?ncNeeded=false',
    ]);
  });

  it.each([
    ['32ddd1a1-9ace-4b99-95c0-add44c3363af', '32ddd1a1-9ace-4b99-95c0-add44c3363af'],
    [undefined, undefined],
    [5, undefined],
    ['', undefined],
  ])('keeps the message id %p of delivery reports as %p', async (externalMessageId, kept) => {
    server.onSend(answers(200, { ...SENT, externalMessageId }));
    const { providerMessageId } = await infobipAt(server.url).start(startRequest());
    expect(providerMessageId).toBe(kept);
  });

  describe('with a 200 response', () => {
    it.each([
      ['looked up and reachable', { ...SENT, ncStatus: 'NC_DESTINATION_REACHABLE' }],
      ['looked up and unknown', { ...SENT, ncStatus: 'NC_DESTINATION_UNKNOWN' }],
      ['without a lookup', { ...SENT, ncStatus: 'NC_NOT_CONFIGURED' }],
      ['an unknown status', { ...SENT, smsStatus: 'MESSAGE_QUEUED' }],
      ['no status', { pinId: PIN_ID }],
      ['a status of null', { pinId: PIN_ID, smsStatus: null, callStatus: null }],
      ['a call in progress', { pinId: PIN_ID, callStatus: 'PROCESSING' }],
    ])('is sent: %s', async (_what, body) => {
      server.onSend(answers(200, body));
      const facts = await infobipAt(server.url).start(startRequest());
      expect(facts.providerReference).toBe(PIN_ID);
    });

    it.each([
      ['an SMS that was not sent', { ...SENT, smsStatus: 'MESSAGE_NOT_SENT' }],
      ['a call that was rejected', { ...CALLED, callStatus: 'REJECTED_NO_ROUTE' }],
    ])('is refused for good: %s', async (_what, body) => {
      server.onSend(answers(200, body));
      const failure = await failureOf(infobipAt(server.url).start(startRequest()));
      expect([failure.kind, failure.didNothing]).toEqual(['rejected-destination', true]);
      expect(server.calls).toHaveLength(1);
    });

    it.each([
      ['HTML', '<html>Welcome</html>'],
      ['truncated JSON', '{"pinId": "12'],
      ['no id', { to: '41793026727', smsStatus: 'MESSAGE_SENT' }],
      ['an empty id', { ...SENT, pinId: '' }],
      ['a numeric id', { ...SENT, pinId: 5 }],
      ['an oversized id', { ...SENT, pinId: 'A'.repeat(201) }],
      ['nothing', ''],
      ['an oversized body', { ...SENT, more: 'x'.repeat(65_536) }],
    ])('is a bad response: %s', async (_what, body) => {
      server.onSend(answers(200, body));
      const failure = await failureOf(infobipAt(server.url).start(startRequest()));
      expect([failure.kind, failure.didNothing]).toEqual(['bad-response', false]);
    });
  });

  it.each([
    [400, requestError('BAD_REQUEST'), 'rejected-destination', 'BAD_REQUEST'],
    [400, requestError('INVALID_ARGUMENT'), 'rejected-destination', 'INVALID_ARGUMENT'],
    [400, requestError('BAD_REQUEST', { to: ['x'] }), 'rejected-destination', 'BAD_REQUEST'],
    [400, requestError('BAD_REQUEST', { 'to[0]': ['x'] }), 'rejected-destination', 'BAD_REQUEST'],
    [400, requestError('BAD_REQUEST', { messageId: ['x'] }), 'bad-credentials', 'BAD_REQUEST'],
    [400, requestError('BAD_REQUEST', { applicationId: ['x'] }), 'bad-credentials', 'BAD_REQUEST'],
    [400, requestError('TOO_MANY_REQUESTS'), 'rate-limited', 'TOO_MANY_REQUESTS'],
    [400, platformError('E400', ['to']), 'rejected-destination', 'E400'],
    [400, platformError('E400', ['messageId']), 'bad-credentials', 'E400'],
    [400, '<h1>Bad request</h1>', 'bad-response', undefined],
    [401, requestError('UNAUTHORIZED'), 'bad-credentials', 'UNAUTHORIZED'],
    [401, '', 'bad-credentials', undefined],
    [402, '', 'quota-exhausted', undefined],
    [403, requestError('FORBIDDEN'), 'bad-credentials', 'FORBIDDEN'],
    [403, requestError('UNAUTHORIZED'), 'bad-credentials', 'UNAUTHORIZED'],
    [403, platformError('E403'), 'bad-credentials', 'E403'],
    [404, requestError('NOT_FOUND'), 'bad-credentials', 'NOT_FOUND'],
    [404, '<h1>Not found</h1>', 'bad-response', undefined],
    [405, '', 'bad-response', undefined],
    [429, requestError('TOO_MANY_REQUESTS'), 'rate-limited', 'TOO_MANY_REQUESTS'],
    [429, platformError('E429'), 'rate-limited', 'E429'],
    [429, '', 'rate-limited', undefined],
    [500, requestError('GENERAL_ERROR'), 'timeout-unknown', 'GENERAL_ERROR'],
    [500, '', 'timeout-unknown', undefined],
    [502, '<h1>Bad gateway</h1>', 'timeout-unknown', undefined],
    [503, requestError('0'), 'unreachable', '0'],
    [504, '', 'timeout-unknown', undefined],
    [202, SENT, 'bad-response', undefined],
    [307, '', 'bad-response', undefined],
  ] as const)('%d with %p: %s', async (status, body, kind, providerCode) => {
    server.onSend(answers(status, body, { location: `${server.url}/elsewhere` }));
    const failure = await failureOf(infobipAt(server.url).start(startRequest()));
    expect(failure).toMatchObject({ provider: 'infobip-2fa', kind });
    expect(failure.facts).toEqual({
      httpStatus: status,
      ...(providerCode !== undefined && { providerCode }),
    });
    expect(server.calls).toHaveLength(1);
  });

  it.each([
    '7391',
    'pin 739104 is wrong',
    PIN_ID,
    `A${PIN_ID.slice(1)}`,
    'ABCDEFABCDEFABCDEFABCDEFABCDEFAB',
    '+41793026727',
    'E40073',
    '',
  ])('keeps %p out of what is logged', async (messageId) => {
    server.onSend(answers(500, requestError(messageId)));
    const failure = await failureOf(infobipAt(server.url).start(startRequest()));
    expect(failure.facts).toEqual({ httpStatus: 500 });
    expect(JSON.stringify([failure, failure.message])).not.toMatch(/739104|9C817C6F|4179302/);
  });

  it.each([
    ['7', 7],
    ['0', undefined],
    ['soon', undefined],
    ['-3', undefined],
    [undefined, undefined],
    ['Fri, 01 Jan 2010 00:00:00 GMT', undefined],
  ])('understands Retry-After: %p', async (header, seconds) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'Retry-After': header };
    server.onSend(answers(429, requestError('TOO_MANY_REQUESTS'), headers));
    const { facts } = await failureOf(infobipAt(server.url).start(startRequest()));
    expect(facts.retryAfterSeconds).toBe(seconds);
  });

  it('understands a date in Retry-After', async () => {
    const headers = { 'Retry-After': new Date(Date.now() + 20_000).toUTCString() };
    server.onSend(answers(503, '', headers));
    const { facts } = await failureOf(infobipAt(server.url).start(startRequest()));
    expect(facts.retryAfterSeconds).toBeGreaterThanOrEqual(18);
    expect(facts.retryAfterSeconds).toBeLessThanOrEqual(20);
  });

  it.each([
    ['hangs', hangs],
    ['resets the connection', resets],
  ])('does not know what became of it when Infobip %s, and asks once', async (_what, act) => {
    server.onSend(act);
    const failure = await failureOf(infobipAt(server.url).start(startRequest()));
    expect([failure.kind, failure.didNothing]).toEqual(['timeout-unknown', false]);
    expect(server.calls).toHaveLength(1);
  });

  it('reports unreachable when no server listens', async () => {
    const failure = await failureOf(infobipAt('http://127.0.0.1:9').start(startRequest()));
    expect([failure.kind, failure.didNothing]).toEqual(['unreachable', true]);
  });
});

describe('starting with the simulated Infobip', () => {
  let infobip: TestInfobip;
  beforeEach(async () => {
    infobip = await startTestInfobip();
  });
  afterEach(() => infobip.close());

  it.each(['sms', 'voice'] as const)('arrives on the phone by %s and verifies', async (channel) => {
    const provider = infobipAt(infobip.url, {}, 2000);
    const request = startRequest({ channel });
    const facts = await provider.start(request);
    expect(facts.providerMessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(infobip.inbox.list()).toMatchObject([{ to: request.phoneNumber, channel }]);
    noteSecret(infobip.pinOf());
    const { id, purpose, sendReference } = { id: 'ver', purpose: 'login', sendReference: 's' };
    const { phoneNumber } = request;
    const checked = { id, purpose, sendReference, channel, phoneNumber, ...facts };
    expect(await provider.check(checked, infobip.pinOf())).toEqual({ approved: true });
  });

  it.each([
    ['a limit that answers 429', { limitAnswer: 429 }, 'rate-limited'],
    ['a limit that answers 403', { limitAnswer: 403 }, 'bad-credentials'],
    ['a limit that answers 400', { limitAnswer: 400 }, 'rejected-destination'],
    ['a limit that answers 200', { limitAnswer: 200 }, 'rejected-destination'],
  ] as const)('%s certainly did nothing', async (_what, settings, kind) => {
    await infobip.configure({ sendPinPerPhoneNumberLimit: '1/1d' });
    await infobip.settings(settings);
    const provider = infobipAt(infobip.url, {}, 2000);
    await provider.start(startRequest());
    const failure = await failureOf(provider.start(startRequest()));
    expect([failure.kind, failure.didNothing]).toEqual([kind, true]);
    expect(infobip.inbox.list()).toHaveLength(1);
  });

  it.each([
    ['an unknown template', { messageId: 'NOPE' }, 404, 'bad-credentials'],
    ['another key', { apiKey: 'another' }, 400, 'bad-credentials'],
  ] as const)('is refused for %s', async (_what, changes, unknownTarget, kind) => {
    await infobip.settings({ unknownTarget });
    const failure = await failureOf(infobipAt(infobip.url, changes, 2000).start(startRequest()));
    expect(failure).toBeInstanceOf(ProviderError);
    expect(failure.kind).toBe(kind);
    expect(infobip.inbox.list()).toEqual([]);
  });
});
