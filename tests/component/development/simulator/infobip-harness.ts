import type { Infobip2faOptions } from '../../../../src/development/simulator/infobip-2fa/service.js';
import type { InfobipSimulatorSettings } from '../../../../src/development/simulator/infobip-2fa/settings.js';
import { startSimulator } from '../../../../src/development/simulator/start-simulator.js';
import { APPLICATION, send, type ApiAnswer } from './harness.js';

export const ACCOUNT = {
  apiKey: 'fedcba9876543210fedcba9876543210-11111111-2222-4333-8444-555555555555',
  applicationId: '19F2491982980DBC2C40E1597FD175AB',
  messageId: 'B628A31410306DDB2BFB0D9CF1F3A3FF',
};
/** The number as Infobip writes it, and in E.164. */
export const MSISDN = '41793026727';
export const PHONE = `+${MSISDN}`;

type Settings = Partial<InfobipSimulatorSettings>;
type Options = Pick<Infobip2faOptions, 'settings' | 'configuration' | 'pinLength'>;

export async function startTestInfobip(options: Options = {}) {
  const simulator = await startSimulator({
    ...APPLICATION,
    infobip2fa: { ...ACCOUNT, ...options },
  });
  const { url, inbox } = simulator;
  const call = (method: string, path: string, body?: unknown, headers = {}): Promise<ApiAnswer> =>
    send(url, {
      method,
      path: `/2fa/2${path}`,
      body,
      headers: { authorization: `App ${ACCOUNT.apiKey}`, ...headers },
    });
  const control = (body: unknown) => send(url, { method: 'PUT', path: '/simulator/control', body });
  return {
    ...simulator,
    call,
    ...pinClient(call),
    pinOf: (to: string = PHONE) => inbox.list(to)[0]!.code!,
    settings: (infobip2fa: Settings) => control({ infobip2fa }),
    faults: (...faults: unknown[]) => control({ faults }),
    control,
  };
}
export type TestInfobip = Awaited<ReturnType<typeof startTestInfobip>>;

type Call = (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;

function pinClient(call: Call) {
  const request = (fields: object) => ({
    applicationId: ACCOUNT.applicationId,
    messageId: ACCOUNT.messageId,
    to: MSISDN,
    ...fields,
  });
  return {
    sms: (fields: object = {}, query = '?ncNeeded=false') =>
      call('POST', `/pin${query}`, request(fields)),
    voice: (fields: object = {}) => call('POST', '/pin/voice', request(fields)),
    resend: (pinId: unknown, channel = '', body?: unknown) =>
      call('POST', `/pin/${String(pinId)}/resend${channel}`, body),
    verify: (pinId: unknown, pin: unknown) => call('POST', `/pin/${String(pinId)}/verify`, { pin }),
    configure: (configuration: object) =>
      call('PUT', `/applications/${ACCOUNT.applicationId}`, { name: 'Tests', configuration }),
    verifications: (query: string) =>
      call('GET', `/applications/${ACCOUNT.applicationId}/verifications${query}`),
  };
}

export function wrongPin(pin: string): string {
  return (pin.startsWith('0') ? '1' : '0') + pin.slice(1);
}

export function errorBody(messageId: string, text: unknown, validationErrors?: unknown) {
  const exception = {
    messageId,
    text,
    ...(validationErrors !== undefined && { validationErrors }),
  };
  return { requestError: { serviceException: exception } };
}

export const notFound = {
  status: 404,
  body: errorBody('NOT_FOUND', 'Requested resource not found'),
};
