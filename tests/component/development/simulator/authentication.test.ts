import { basicAuthorization, signSinchRequest } from '../../../../src/clients/sinch-signing.js';
import {
  APPLICATION,
  send,
  sendSigned,
  startBody,
  startTestSimulator,
  VERIFICATIONS,
  type TestSimulator,
} from './harness.js';

const { applicationKey, applicationSecret } = APPLICATION;
const BASIC = basicAuthorization(applicationKey, applicationSecret);
const PUBLIC = `Application ${applicationKey}`;
const NOWHERE = 'http://127.0.0.1:9/nobody-listens';

describe('authentication of the simulated Sinch Verification API', () => {
  let simulator: TestSimulator;

  beforeEach(async () => {
    simulator = await startTestSimulator();
  });
  afterEach(() => simulator.close());

  const startWith = (headers: Record<string, string>, body: unknown = startBody()) =>
    send(simulator.url, { method: 'POST', path: VERIFICATIONS, body, headers });

  const signed = (changes: Partial<Parameters<typeof signSinchRequest>[0]> = {}) => ({
    ...signSinchRequest({
      ...APPLICATION,
      method: 'POST',
      path: VERIFICATIONS,
      body: JSON.stringify(startBody()),
      contentType: 'application/json',
      timestamp: new Date().toISOString(),
      ...changes,
    }),
  });

  const expectRefusal = async (
    answer: ReturnType<typeof startWith>,
    status: number,
    errorCode: number,
  ) => {
    expect(await answer).toMatchObject({ status, body: { errorCode } });
    expect(simulator.inbox.list()).toEqual([]);
  };

  it('accepts a start with a valid signature', async () => {
    expect((await startWith(signed())).status).toBe(200);
  });

  it('accepts a start with Basic credentials', async () => {
    expect((await startWith({ authorization: BASIC })).status).toBe(200);
  });

  it.each(['application', 'APPLICATION'])('accepts the scheme written %s', async (scheme) => {
    const headers = signed();
    const authorization = headers.authorization.replace('Application', scheme);
    expect((await startWith({ ...headers, authorization })).status).toBe(200);
  });

  it('refuses a start without authorization', async () => {
    await expectRefusal(startWith({}), 401, 40104);
  });

  it.each(['Application', 'Bearer abc', 'nonsense', 'Basic !!!', 'Application a b'])(
    'refuses the header %p as malformed',
    async (authorization) => {
      await expectRefusal(startWith({ authorization }), 401, 40100);
    },
  );

  it('refuses a start with a wrong signature', async () => {
    await expectRefusal(startWith(signed({ applicationSecret: 'b3RoZXI=' })), 401, 40102);
  });

  it('refuses a body that was changed after signing', async () => {
    await expectRefusal(startWith(signed(), startBody({ custom: 'slipped in' })), 401, 40102);
  });

  it('refuses the signature of another path', async () => {
    await expectRefusal(startWith(signed({ path: `${VERIFICATIONS}/id/1` })), 401, 40102);
  });

  it('refuses a signature that covers another content type', async () => {
    const contentType = 'application/json; charset=utf-8';
    await expectRefusal(startWith(signed({ contentType })), 401, 40102);
  });

  it('accepts the content type it was signed with, charset included', async () => {
    const contentType = 'application/json; charset=utf-8';
    const answer = await sendSigned(simulator.url, {
      method: 'POST',
      path: VERIFICATIONS,
      body: startBody(),
      contentType,
    });
    expect(answer.status).toBe(200);
  });

  it('refuses a signature without a timestamp', async () => {
    const { authorization } = signed();
    await expectRefusal(startWith({ authorization }), 401, 40101);
  });

  it('refuses a timestamp that is not the signed one', async () => {
    const headers = { ...signed(), 'x-timestamp': new Date(Date.now() + 1000).toISOString() };
    await expectRefusal(startWith(headers), 401, 40102);
  });

  it.each([-301, 301])('refuses a timestamp %d seconds away', async (seconds) => {
    const timestamp = new Date(Date.now() + seconds * 1000).toISOString();
    await expectRefusal(startWith(signed({ timestamp })), 401, 40105);
  });

  it('refuses an invalid timestamp', async () => {
    await expectRefusal(startWith(signed({ timestamp: 'yesterday' })), 401, 40105);
  });

  it('has a configurable timestamp window', async () => {
    await simulator.settings({ timestampWindowSeconds: 3600 });
    const timestamp = new Date(Date.now() - 1_800_000).toISOString();
    expect((await startWith(signed({ timestamp }))).status).toBe(200);
  });

  it.each(['2024-06-06T09:08:41Z', '2024-06-06T09:08:41.478Z', '2024-06-06T09:08:41.4784877Z'])(
    'reads the timestamp form %s',
    async (form) => {
      await simulator.settings({ timestampWindowSeconds: 86_400 });
      const timestamp = new Date().toISOString().slice(0, 11) + form.slice(11);
      expect((await startWith(signed({ timestamp }))).status).toBe(200);
    },
  );

  it('refuses an unknown application key', async () => {
    await expectRefusal(startWith(signed({ applicationKey: 'unknown' })), 401, 40107);
  });

  it.each([
    ['a wrong secret', basicAuthorization(applicationKey, 'b3RoZXI=')],
    ['a decoded secret', basicAuthorization(applicationKey, 'secret of the tests')],
    ['an unknown key', basicAuthorization('unknown', applicationSecret)],
  ])('refuses Basic with %s', async (_what, authorization) => {
    await expectRefusal(startWith({ authorization }), 401, 40107);
  });

  it('refuses Public authentication while no callback URL is set', async () => {
    await expectRefusal(startWith({ authorization: PUBLIC }), 403, 40303);
  });

  it.each([
    ['basic', PUBLIC],
    ['application', PUBLIC],
    ['application', BASIC],
  ] as const)(
    'refuses authentication weaker than %s',
    async (minimumAuthentication, authorization) => {
      await simulator.settings({ minimumAuthentication, callbackUrl: NOWHERE });
      await expectRefusal(startWith({ authorization }), 403, 40302);
    },
  );

  it('accepts the minimum authentication', async () => {
    await simulator.settings({ minimumAuthentication: 'application' });
    expect((await startWith(signed())).status).toBe(200);
    await simulator.settings({ minimumAuthentication: 'basic' });
    expect((await startWith({ authorization: BASIC })).status).toBe(200);
  });

  describe('of a path with percent-encoding', () => {
    const encoded = `${VERIFICATIONS}/number/%2B46700000101`;
    const body = { method: 'sms', sms: { code: '1234' } };
    const report = (path: string) =>
      send(simulator.url, {
        method: 'PUT',
        path: encoded,
        body,
        headers: { ...signed({ method: 'PUT', path, body: JSON.stringify(body) }) },
      });

    it('accepts a signature over the path as sent', async () => {
      expect((await report(encoded)).status).toBe(404);
    });

    it('accepts a signature over the decoded path', async () => {
      expect((await report(decodeURIComponent(encoded))).status).toBe(404);
    });

    it('refuses a signature over any other spelling', async () => {
      expect((await report(encoded.replace('%2B', '%252B'))).status).toBe(401);
    });
  });

  it('leaves the query out of the signature', async () => {
    const headers = signed({ method: 'GET', path: `${VERIFICATIONS}/id/1`, body: '' });
    const path = `${VERIFICATIONS}/id/1?verbose=yes`;
    const answer = await send(simulator.url, { method: 'GET', path, headers: { ...headers } });
    expect(answer.status).toBe(404);
  });

  it('accepts a signed status request without a content type', async () => {
    const path = `${VERIFICATIONS}/id/1`;
    const headers = signed({ method: 'GET', path, body: '', contentType: '' });
    const answer = await fetch(`${simulator.url}${path}`, { headers: { ...headers } });
    expect(answer.status).toBe(404);
  });

  it.each([
    ['PUT', `${VERIFICATIONS}/id/1`],
    ['PUT', `${VERIFICATIONS}/number/+46700000101`],
    ['GET', `${VERIFICATIONS}/id/1`],
    ['GET', `${VERIFICATIONS}/sms/number/+46700000101`],
    ['GET', `${VERIFICATIONS}/reference/mine`],
  ])('asks for credentials on %s %s', async (method, path) => {
    expect(await send(simulator.url, { method, path })).toMatchObject({
      status: 401,
      body: { errorCode: 40104 },
    });
  });
});
