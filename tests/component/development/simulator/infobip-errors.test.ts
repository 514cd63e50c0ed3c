import { DEFAULT_INFOBIP_SETTINGS } from '../../../../src/development/simulator/infobip-2fa/settings.js';
import { startSimulator } from '../../../../src/development/simulator/start-simulator.js';
import { APPLICATION, send, sendSigned, startBody, VERIFICATIONS } from './harness.js';
import {
  ACCOUNT,
  errorBody,
  notFound,
  startTestInfobip,
  type TestInfobip,
} from './infobip-harness.js';

const UNAUTHORIZED = { status: 401, body: errorBody('UNAUTHORIZED', 'Invalid login details') };

/** The errors of the API's description and of its clients' tests. */
const DOCUMENTED = [
  [40000, 'BAD_REQUEST', 'Bad request'],
  [40001, 'INVALID_ARGUMENT', 'Invalid argument'],
  [40100, 'UNAUTHORIZED', 'Invalid login details'],
  [40101, 'UNAUTHORIZED', 'Unauthorized'],
  [40300, 'FORBIDDEN', 'Forbidden'],
  [40301, 'UNAUTHORIZED', 'Unauthorized access'],
  [40400, 'NOT_FOUND', 'Requested resource not found'],
  [40401, 'NOT_FOUND', 'Not found'],
  [42900, 'TOO_MANY_REQUESTS', 'Too many requests'],
  [50000, 'GENERAL_ERROR', 'Something went wrong. Please contact support.'],
  [50300, '0', 'Service unavailable'],
] as const;

describe('errors of the simulated Infobip', () => {
  let infobip: TestInfobip;

  beforeEach(async () => {
    infobip = await startTestInfobip({ settings: { timestampUnit: 's' } });
  });
  afterEach(() => infobip.close());

  describe('without the key', () => {
    it.each([
      ['nothing', undefined],
      ['another key', 'App 00000000000000000000000000000000-00000000-0000-4000-8000-000000000000'],
      ['another scheme', `Bearer ${ACCOUNT.apiKey}`],
      ['the key alone', ACCOUNT.apiKey],
      ['the scheme in lower case', `app ${ACCOUNT.apiKey}`],
      ['the beginning of the key', `App ${ACCOUNT.apiKey.slice(0, -1)}`],
    ])('refuses %s before anything else', async (_what, authorization) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const calls = [
        ['GET', '/applications'],
        ['PUT', '/applications/NOPE', {}],
        ['POST', `/applications/${ACCOUNT.applicationId}/messages`, 'not JSON'],
        ['POST', '/pin', {}],
        ['POST', '/pin/NOPE/resend/voice'],
        ['POST', '/pin/NOPE/verify', { pin: '1' }],
        ['GET', '/applications/NOPE/verifications'],
        ['GET', '/unknown'],
        ['POST', '/pin', 'x'.repeat(70_000)],
      ] as const;
      for (const [method, path, body] of calls) {
        const answer = await send(infobip.url, { method, path: `/2fa/2${path}`, body, headers });
        expect(answer).toMatchObject(UNAUTHORIZED);
      }
      expect(infobip.inbox.list()).toEqual([]);
    });
  });

  it.each([
    ['GET', '/unknown'],
    ['DELETE', `/applications/${ACCOUNT.applicationId}`],
    ['POST', '/pin/email'],
    ['GET', '/pin/0123'],
    ['POST', '/PIN'],
    ['POST', '/pin/0123/resend/email'],
  ])('responds with 404 to %s %s', async (method, path) => {
    expect(await infobip.call(method, path, method === 'GET' ? undefined : {})).toMatchObject(
      notFound,
    );
  });

  it('refuses a body that is too large', async () => {
    expect(await infobip.call('POST', '/pin', 'x'.repeat(70_000))).toMatchObject({
      status: 400,
      body: errorBody('BAD_REQUEST', 'Bad request'),
    });
  });

  it.each(DOCUMENTED)(
    'responds with %d on demand, in both shapes',
    async (errorCode, messageId, text) => {
      await infobip.faults({ kind: 'error', errorCode, service: 'infobip2fa', count: 2 });
      const status = Math.floor(errorCode / 100);
      const old = await infobip.sms();
      expect(old).toMatchObject({ status, body: errorBody(messageId, text) });
      expect(old.headers.get('content-type')).toBe('application/json; charset=utf-8');
      await infobip.settings({ errorShape: 'platform' });
      expect(await infobip.sms()).toMatchObject({
        status,
        body: {
          errorCode: `E${status}`,
          description: text,
          action: expect.any(String),
          violations: [],
          resources: [],
        },
      });
      expect(infobip.inbox.list()).toEqual([]);
    },
  );

  it('lists violations in the platform shape too', async () => {
    await infobip.settings({ errorShape: 'platform' });
    expect((await infobip.sms({ to: 'me' })).body).toMatchObject({
      errorCode: 'E400',
      violations: [{ property: 'to', violation: 'must be a number in international format' }],
    });
  });

  describe('planned faults', () => {
    it('keeps the faults of services apart', async () => {
      await infobip.faults({ kind: 'error', errorCode: 50000, service: 'infobip2fa' });
      const start = { method: 'POST', path: VERIFICATIONS, body: startBody() };
      expect((await sendSigned(infobip.url, start)).status).toBe(200);
      expect((await infobip.sms()).status).toBe(500);
      await infobip.faults({ kind: 'error', errorCode: 50000, service: 'sinchVerification' });
      expect((await infobip.sms()).status).toBe(200);
      expect((await sendSigned(infobip.url, start)).status).toBe(500);
    });

    it.each([
      ['start', () => infobip.sms()],
      ['start', () => infobip.voice()],
      ['resend', () => infobip.resend('NOPE')],
      ['report', () => infobip.verify('NOPE', '123456')],
      ['status', () => infobip.verifications('?msisdn=1')],
      ['manage', () => infobip.call('GET', '/applications')],
      ['manage', () => infobip.call('POST', '/applications/NOPE/messages', {})],
    ])('reaches %s', async (operation, work) => {
      await infobip.faults({
        kind: 'answer',
        status: 502,
        body: '<h1>Bad gateway</h1>',
        operation,
      });
      expect(await work()).toMatchObject({ status: 502, text: '<h1>Bad gateway</h1>' });
      const others = operation === 'status' ? infobip.sms() : infobip.verifications('?msisdn=1');
      expect((await others).status).toBe(200);
    });

    it('responds with 429 with and without Retry-After, and 500 without a body', async () => {
      const headers = { 'Retry-After': '3' };
      await infobip.faults(
        { kind: 'answer', status: 429, headers, count: 1 },
        { kind: 'error', errorCode: 42900, count: 1 },
        { kind: 'answer', status: 500, count: 1 },
      );
      const [first, second, third] = [
        await infobip.sms(),
        await infobip.sms(),
        await infobip.sms(),
      ];
      expect(first.headers.get('retry-after')).toBe('3');
      expect(second.headers.get('retry-after')).toBeNull();
      expect(third).toMatchObject({ status: 500, text: '' });
    });

    it('can send the message before it fails', async () => {
      await infobip.faults({ kind: 'reset', process: true, count: 1 });
      await expect(infobip.sms()).rejects.toThrow();
      expect(infobip.inbox.list()).toHaveLength(1);
    });

    it('can check the PIN before it fails', async () => {
      await infobip.configure({ allowMultiplePinVerifications: false });
      const { body } = await infobip.sms();
      await infobip.faults({ kind: 'answer', status: 504, process: true, count: 1 });
      expect((await infobip.verify(body['pinId'], infobip.pinOf())).status).toBe(504);
      expect((await infobip.verify(body['pinId'], infobip.pinOf())).body).toMatchObject({
        verified: false,
      });
    });

    it('delays the response', async () => {
      await infobip.settings({ delayMs: 200 });
      const startedAt = performance.now();
      await infobip.sms();
      expect(performance.now() - startedAt).toBeGreaterThan(190);
    });
  });

  describe('control', () => {
    const control = (method: string) => send(infobip.url, { method, path: '/simulator/control' });

    it('shows the defaults and the start options', async () => {
      const { body } = await control('GET');
      expect(body['infobip2fa']).toEqual({ ...DEFAULT_INFOBIP_SETTINGS, timestampUnit: 's' });
    });

    it('changes only the given settings, and resets them', async () => {
      const before = (await control('GET')).body;
      const { body } = await infobip.settings({ unknownPin: 400 });
      expect(body['infobip2fa']).toEqual({
        ...(before['infobip2fa'] as object),
        unknownPin: 400,
      });
      expect(body['sinchVerification']).toEqual(before['sinchVerification']);
      expect((await control('DELETE')).body).toEqual(before);
    });

    it.each([
      ['an unknown setting', { pinError: 'WRONG_PIN' }],
      ['an unknown style', { expiredStyle: 'sometimes' }],
      ['a status out of range', { limitAnswer: 418 }],
      ['a reason in prose', { wrongPinError: 'Wrong pin!' }],
    ])('refuses %s and changes nothing', async (_what, infobip2fa) => {
      const before = (await control('GET')).body;
      const answer = await infobip.control({ sinchVerification: { tries: 1 }, infobip2fa });
      expect(answer.status).toBe(400);
      expect((await control('GET')).body).toEqual(before);
    });

    it.each([
      ['settings', { settings: { delayMs: -1 } }],
      ['a configuration', { configuration: { pinTimeToLive: 'soon' } }],
    ])('refuses to start with %s out of range', async (_what, infobip2fa) => {
      await expect(startSimulator({ ...APPLICATION, infobip2fa })).rejects.toThrow();
    });
  });
});
