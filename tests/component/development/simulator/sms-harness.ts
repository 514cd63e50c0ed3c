import { basicAuthorization } from '../../../../src/clients/sinch-signing.js';
import type { SinchSmsSimulatorSettings } from '../../../../src/development/simulator/sinch-sms/settings.js';
import { startSimulator } from '../../../../src/development/simulator/start-simulator.js';
import { APPLICATION, send, type ApiAnswer, type ApiRequest } from './harness.js';

export const ACCOUNTS = {
  servicePlanId: 'plan-of-the-tests',
  apiToken: 'token-of-the-plan',
  projectId: '5e0b1f6a-9d0c-4b52-8f1e-0a6d3c2b1a90',
  keyId: 'key-id-of-the-tests',
  keySecret: 'key-secret-of-the-tests',
};
export const RECIPIENT = '+46700000101';

type Settings = Partial<SinchSmsSimulatorSettings>;

export function batch(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { to: [RECIPIENT], body: 'Your code is 123456.', ...fields };
}

export async function startTestSms(settings: Settings = {}) {
  const sinchSms = { ...ACCOUNTS, settings };
  const simulator = await startSimulator({ ...APPLICATION, sinchSms });
  const { url } = simulator;
  const call = (request: ApiRequest) =>
    send(url, {
      ...request,
      path: request.path === '' ? '' : `/xms/v1/${ACCOUNTS.servicePlanId}${request.path}`,
      headers: { authorization: `Bearer ${ACCOUNTS.apiToken}`, ...request.headers },
    });
  const post = (body: unknown) => call({ method: 'POST', path: '/batches', body });
  const get = (path: string) => call({ method: 'GET', path: `/batches${path}` });
  const sent = async (fields: Record<string, unknown> = {}): Promise<string> => {
    const answer = await post(batch(fields));
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
    return String(answer.body['id']);
  };
  const control = (body: unknown) => send(url, { method: 'PUT', path: '/simulator/control', body });
  return {
    ...simulator,
    call,
    post,
    get,
    sent,
    stateOf: async (id: string) => {
      const { body } = await get(`/${id}/delivery_report/${RECIPIENT.slice(1)}`);
      return [body['code'], body['status']];
    },
    cancel: (id: string) => call({ method: 'DELETE', path: `/batches/${id}` }),
    settings: (change: Settings) => control({ sinchSms: change }),
    faults: (...faults: unknown[]) => control({ faults }),
    token: (
      authorization = basicAuthorization(ACCOUNTS.keyId, ACCOUNTS.keySecret),
      body = 'grant_type=client_credentials',
      contentType = 'application/x-www-form-urlencoded',
    ): Promise<ApiAnswer> =>
      send(url, {
        method: 'POST',
        path: '/oauth2/token',
        body,
        contentType,
        headers: { authorization },
      }),
  };
}
export type TestSms = Awaited<ReturnType<typeof startTestSms>>;
