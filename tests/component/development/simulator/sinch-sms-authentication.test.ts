import { setTimeout as sleep } from 'node:timers/promises';
import { basicAuthorization } from '../../../../src/clients/sinch-signing.js';
import { send } from './harness.js';
import { ACCOUNTS, batch, startTestSms, type TestSms } from './sms-harness.js';

const OPERATIONS = [
  ['POST', '/batches'],
  ['GET', '/batches'],
  ['POST', '/batches/dry_run'],
  ['GET', '/batches/01FC66621XXXXX119Z8PMV1QPQ'],
  ['DELETE', '/batches/01FC66621XXXXX119Z8PMV1QPQ'],
  ['GET', '/batches/01FC66621XXXXX119Z8PMV1QPQ/delivery_report'],
  ['GET', '/batches/01FC66621XXXXX119Z8PMV1QPQ/delivery_report/46700000101'],
  ['GET', '/unknown'],
] as const;

let sms: TestSms;
beforeEach(async () => {
  sms = await startTestSms();
});
afterEach(() => sms.close());

const sendAs = (account: string, authorization?: string) =>
  send(sms.url, {
    method: 'POST',
    path: `/xms/v1/${account}/batches`,
    body: batch(),
    headers: authorization === undefined ? {} : { authorization },
  });
const accessToken = async () => String((await sms.token()).body['access_token']);

describe('the simulated Sinch SMS API, for a service plan', () => {
  it.each(['Bearer', 'bearer', 'BEARER'])('accepts its token as %s', async (scheme) => {
    const answer = await sendAs(ACCOUNTS.servicePlanId, `${scheme} ${ACCOUNTS.apiToken}`);
    expect(answer.status).toBe(201);
  });

  it.each([
    ['no header', undefined],
    ['no token', 'Bearer'],
    ['a wrong token', 'Bearer wrong'],
    ['Basic with the token', basicAuthorization(ACCOUNTS.servicePlanId, ACCOUNTS.apiToken)],
    ['two tokens', `Bearer ${ACCOUNTS.apiToken} x`],
  ])('refuses %s without a body', async (_what, authorization) => {
    const answer = await sendAs(ACCOUNTS.servicePlanId, authorization);
    expect([answer.status, answer.text]).toEqual([401, '']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect(answer.headers.get('www-authenticate')).not.toContain('expired');
    expect(sms.inbox.list()).toEqual([]);
  });

  it('refuses an access token of the project', async () => {
    const answer = await sendAs(ACCOUNTS.servicePlanId, `Bearer ${await accessToken()}`);
    expect(answer.status).toBe(401);
  });

  it('refuses another plan', async () => {
    expect((await sendAs('another', `Bearer ${ACCOUNTS.apiToken}`)).status).toBe(401);
  });

  it.each(OPERATIONS)('requires a token for %s %s', async (method, path) => {
    const headers = { authorization: '' };
    expect((await sms.call({ method, path, headers })).status).toBe(401);
  });
});

describe('the simulated Sinch SMS API, for a project', () => {
  it('accepts an access token', async () => {
    const answer = await sendAs(ACCOUNTS.projectId, `Bearer ${await accessToken()}`);
    expect(answer.status).toBe(201);
    expect(sms.inbox.list()).toHaveLength(1);
  });

  it("refuses the plan's token", async () => {
    expect((await sendAs(ACCOUNTS.projectId, `Bearer ${ACCOUNTS.apiToken}`)).status).toBe(401);
  });

  it('reports an expired token', async () => {
    await sms.settings({ tokenLifetimeSeconds: 0.2 });
    const token = await accessToken();
    expect((await sendAs(ACCOUNTS.projectId, `Bearer ${token}`)).status).toBe(201);
    await sleep(220);
    const answer = await sendAs(ACCOUNTS.projectId, `Bearer ${token}`);
    expect([answer.status, answer.text]).toEqual([401, '']);
    expect(answer.headers.get('www-authenticate')).toContain('expired');
    expect(sms.inbox.list()).toHaveLength(1);
  });

  it('keeps earlier tokens valid', async () => {
    const [first] = [await accessToken(), await accessToken()];
    expect((await sendAs(ACCOUNTS.projectId, `Bearer ${first}`)).status).toBe(201);
  });

  it('does not see the messages of the plan', async () => {
    const id = await sms.sent();
    const headers = { authorization: `Bearer ${await accessToken()}` };
    const base = `/xms/v1/${ACCOUNTS.projectId}/batches`;
    const one = await send(sms.url, { method: 'GET', path: `${base}/${id}`, headers });
    const list = await send(sms.url, { method: 'GET', path: base, headers });
    expect([one.status, list.body['count']]).toEqual([404, 0]);
  });
});

describe('the token endpoint', () => {
  it('issues a token', async () => {
    const answer = await sms.token();
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^[\w-]{20,}$/),
        expires_in: 3599,
        scope: '',
        token_type: 'bearer',
      },
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('returns the configured lifetime', async () => {
    await sms.settings({ tokenLifetimeSeconds: 60 });
    expect((await sms.token()).body['expires_in']).toBe(60);
  });

  it.each([
    ['a wrong secret', basicAuthorization(ACCOUNTS.keyId, 'wrong')],
    ['another key', basicAuthorization('wrong', ACCOUNTS.keySecret)],
    ['the plan', basicAuthorization(ACCOUNTS.servicePlanId, ACCOUNTS.apiToken)],
    ['no scheme', 'nonsense'],
    ['nothing', ''],
  ])('refuses %s', async (_what, authorization) => {
    const answer = await sms.token(authorization);
    expect([answer.status, answer.body]).toEqual([401, { error: 'invalid_client' }]);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  it.each([
    ['another grant', 'grant_type=password', undefined, 'unsupported_grant_type'],
    ['no grant', 'scope=x', undefined, 'invalid_request'],
    ['nothing', '', undefined, 'invalid_request'],
    ['two grants', 'grant_type=client_credentials&grant_type=x', undefined, 'invalid_request'],
    ['JSON', '{"grant_type":"client_credentials"}', 'application/json', 'invalid_request'],
  ])('refuses %s', async (_what, body, contentType, error) => {
    const answer = await sms.token(undefined, body, contentType);
    expect([answer.status, answer.body]).toEqual([400, { error }]);
  });
});
