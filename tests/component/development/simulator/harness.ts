import { signSinchRequest } from '../../../../src/clients/sinch-signing.js';
import { startSimulator } from '../../../../src/development/simulator/start-simulator.js';
import type { SinchSimulatorSettings } from '../../../../src/development/simulator/sinch-verification/settings.js';

export const APPLICATION = {
  applicationKey: 'b6a1f0de-3c5e-4f19-9d5c-0c3a5f1f7a10',
  applicationSecret: Buffer.from('secret of the tests').toString('base64'),
};
export const VERIFICATIONS = '/verification/v1/verifications';
export const PHONE = '+46700000101';

export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or the text of other bodies. */
  body: Record<string, unknown>;
  text: string;
}

export interface ApiRequest {
  method: string;
  path: string;
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

type Settings = Partial<SinchSimulatorSettings>;

export async function startTestSimulator(settings: Settings = {}) {
  const simulator = await startSimulator({ ...APPLICATION, settings });
  const api = apiClient(simulator.url);
  const control = controlClient(simulator.url);
  const codeOf = (to: string = PHONE) => simulator.inbox.list(to)[0]!.code!;
  return { ...simulator, ...api, ...control, codeOf };
}
export type TestSimulator = Awaited<ReturnType<typeof startTestSimulator>>;

export async function send(url: string, request: ApiRequest): Promise<ApiAnswer> {
  const { method, path, body, headers = {}, contentType = 'application/json', signal } = request;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': contentType, ...headers },
    ...(body === undefined ? {} : { body: bytesOf(body) }),
    ...(signal ? { signal } : {}),
    redirect: 'manual',
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text), text };
}

export async function sendSigned(url: string, request: ApiRequest): Promise<ApiAnswer> {
  const { authorization, ...rest } = signSinchRequest({
    ...APPLICATION,
    method: request.method,
    path: request.path,
    body: request.body === undefined ? '' : bytesOf(request.body),
    contentType: request.contentType ?? 'application/json',
    timestamp: new Date().toISOString(),
  });
  return send(url, { ...request, headers: { authorization, ...rest, ...request.headers } });
}

/** Polls until the expression is truthy; fails after five seconds. */
export async function eventually<T>(read: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + 5000;
  while (Date.now() < end) {
    const value = await read();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It did not happen within five seconds.');
}

function apiClient(url: string) {
  const start = (fields: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    sendSigned(url, { method: 'POST', path: VERIFICATIONS, body: startBody(fields), headers });
  const report = (id: unknown, body: unknown) =>
    sendSigned(url, { method: 'PUT', path: `${VERIFICATIONS}/id/${String(id)}`, body });
  const reportSms = (id: unknown, code: string) => report(id, { method: 'sms', sms: { code } });
  const status = async (id: unknown) =>
    (await sendSigned(url, { method: 'GET', path: `${VERIFICATIONS}/id/${String(id)}` })).body;
  const get = (path: string) =>
    sendSigned(url, { method: 'GET', path: `${VERIFICATIONS}/${path}` });
  return { start, report, reportSms, status, get };
}

function controlClient(url: string) {
  const path = '/simulator/control';
  return {
    control: (body: unknown) => send(url, { method: 'PUT', path, body }),
    settings: (sinchVerification: Settings) =>
      send(url, { method: 'PUT', path, body: { sinchVerification } }),
    faults: (...faults: unknown[]) => send(url, { method: 'PUT', path, body: { faults } }),
    calls: async () => {
      const answer = await send(url, { method: 'GET', path: '/simulator/calls' });
      return answer.body as unknown as { method: string; path: string; status: number | null }[];
    },
  };
}

export function startBody(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { identity: { type: 'number', endpoint: PHONE }, method: 'sms', ...fields };
}

export function wrongCode(code: string): string {
  return code === '0000' ? '0001' : '0000';
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
