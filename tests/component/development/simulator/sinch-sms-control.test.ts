import { DEFAULT_SINCH_SMS_SETTINGS } from '../../../../src/development/simulator/sinch-sms/settings.js';
import { SMS_ERRORS } from '../../../../src/development/simulator/sinch-sms/errors.js';
import { startSimulator } from '../../../../src/development/simulator/start-simulator.js';
import { SIMULATED_PROJECT_ID } from '../../../../src/config/simulator-env.js';
import { sinchSms } from '../../../../src/config/sms-senders.js';
import { APPLICATION, send } from './harness.js';
import { batch, startTestSms, type TestSms } from './sms-harness.js';

let sms: TestSms;
beforeEach(async () => {
  sms = await startTestSms({ longestBody: 1000 });
});
afterEach(() => sms.close());

const control = async (method: string) =>
  (await send(sms.url, { method, path: '/simulator/control' })).body['sinchSms'];

describe('control of the simulated Sinch SMS API', () => {
  it('shows the start options and the defaults', async () => {
    expect(await control('GET')).toEqual({ ...DEFAULT_SINCH_SMS_SETTINGS, longestBody: 1000 });
  });

  it('changes the given settings, and resets them', async () => {
    await sms.settings({ queueMs: 5 });
    expect(await control('GET')).toMatchObject({ queueMs: 5, longestBody: 1000 });
    expect(await control('DELETE')).toMatchObject({ queueMs: 0, longestBody: 1000 });
  });

  it.each([
    { delayMs: -1 },
    { longestBody: 2001 },
    { tokenLifetimeSeconds: 0 },
    { finalStatus: 'Queued' },
    { callbackUrl: 'file:///etc/hosts' },
    { webhookSecret: '' },
    { defaultOriginator: '' },
    { novelty: true },
  ])('refuses %j', async (change) => {
    const answer = await send(sms.url, {
      method: 'PUT',
      path: '/simulator/control',
      body: { sinchSms: change },
    });
    expect(answer.status).toBe(400);
    expect(await control('GET')).toEqual({ ...DEFAULT_SINCH_SMS_SETTINGS, longestBody: 1000 });
  });

  it('describes every setting', async () => {
    await expect(
      startSimulator({ ...APPLICATION, sinchSms: { settings: { longestBody: 0 } } }),
    ).rejects.toThrow('longestBody');
  });

  it('delays every response, after processing the request', async () => {
    await sms.settings({ delayMs: 200 });
    const startedAt = performance.now();
    const post = sms.post(batch());
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sms.inbox.list()).toHaveLength(1);
    await post;
    expect(performance.now() - startedAt).toBeGreaterThan(190);
    await sms.token();
    expect(performance.now() - startedAt).toBeGreaterThan(390);
  });
});

describe('faults of the simulated Sinch SMS API', () => {
  it.each(Object.entries(SMS_ERRORS))('respond with %s', async (code, [errorCode, text]) => {
    await sms.faults({ kind: 'error', errorCode, service: 'sinchSms', count: 1 });
    const answer = await sms.post(batch());
    expect([answer.status, answer.body]).toEqual([Math.floor(errorCode / 100), { code, text }]);
    expect(sms.inbox.list()).toEqual([]);
    expect((await sms.post(batch())).status).toBe(201);
  });

  it.each([
    [42900, 429],
    [50000, 500],
    [50300, 503],
  ])('respond to %d with the status alone', async (errorCode, status) => {
    await sms.faults({ kind: 'error', errorCode });
    const answer = await sms.post(batch());
    expect([answer.status, answer.text]).toEqual([status, '']);
  });

  it('send the message before they fail', async () => {
    await sms.faults({ kind: 'reset', operation: 'start', process: true, count: 1 });
    await expect(sms.post(batch({ client_reference: 'lost-1' }))).rejects.toThrow();
    expect(sms.inbox.list()).toHaveLength(1);
    expect((await sms.get('?client_reference=lost-1')).body['count']).toBe(1);
  });

  it.each([
    ['start', () => sms.post(batch())],
    ['token', () => sms.token()],
    ['status', () => sms.get('')],
    ['manage', () => sms.call({ method: 'POST', path: '/batches/dry_run', body: batch() })],
    ['manage', () => sms.cancel('01FC66621XXXXX119Z8PMV1QPQ')],
  ])('can be limited to %s', async (operation, call) => {
    await sms.faults({ kind: 'answer', status: 418, service: 'sinchSms', operation });
    expect((await call()).status).toBe(418);
    const others = [sms.post(batch()), sms.token(), sms.get('')];
    const statuses = (await Promise.all(others)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 418)).toHaveLength(
      operation === 'manage' ? 0 : 1,
    );
  });

  it('of another service do not apply', async () => {
    await sms.faults({ kind: 'hang', service: 'sinchVerification' });
    expect((await sms.post(batch())).status).toBe(201);
  });

  it('are recorded as calls without a secret', async () => {
    await sms.token();
    await sms.post(batch());
    const { text } = await send(sms.url, { method: 'GET', path: '/simulator/calls' });
    expect(JSON.parse(text)).toMatchObject([
      { method: 'POST', path: '/oauth2/token', status: 200 },
      { method: 'POST', path: '/xms/v1/plan-of-the-tests/batches', status: 201 },
    ]);
    expect(text).not.toMatch(/123456|token-of-the-plan|key-secret/);
  });
});

describe('the simulated Sinch SMS API without credentials', () => {
  it('accepts the documented development values', async () => {
    const simulator = await startSimulator(APPLICATION);
    const plan = await send(simulator.url, {
      method: 'POST',
      path: `/xms/v1/${sinchSms.variables.SINCH_SMS_SERVICE_PLAN_ID.development}/batches`,
      body: batch(),
      headers: { authorization: `Bearer ${sinchSms.variables.SINCH_SMS_API_TOKEN.development}` },
    });
    const id = sinchSms.variables.SINCH_SMS_KEY_ID.development;
    const secret = sinchSms.variables.SINCH_SMS_KEY_SECRET.development;
    const token = await send(simulator.url, {
      method: 'POST',
      path: '/oauth2/token',
      body: 'grant_type=client_credentials',
      contentType: 'application/x-www-form-urlencoded',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    });
    const project = await send(simulator.url, {
      method: 'POST',
      path: `/xms/v1/${SIMULATED_PROJECT_ID}/batches`,
      body: batch(),
      headers: { authorization: `Bearer ${String(token.body['access_token'])}` },
    });
    expect([plan.status, token.status, project.status]).toEqual([201, 200, 201]);
    await simulator.close();
  });

  it('treats an undefined option as absent', async () => {
    const absent = { servicePlanId: undefined, apiToken: undefined };
    const simulator = await startSimulator({ ...APPLICATION, sinchSms: absent });
    const answer = await send(simulator.url, {
      method: 'GET',
      path: `/xms/v1/${sinchSms.variables.SINCH_SMS_SERVICE_PLAN_ID.development}/batches`,
      headers: { authorization: `Bearer ${sinchSms.variables.SINCH_SMS_API_TOKEN.development}` },
    });
    expect(answer.status).toBe(200);
    await simulator.close();
  });
});
