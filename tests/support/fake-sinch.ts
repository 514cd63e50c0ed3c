import { randomInt, randomUUID } from 'node:crypto';
import { createServer, ServerResponse, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { verifySinchSignature } from '../../src/clients/sinch-signing.js';
import { ACCESS_CHECK_REFERENCE } from '../../src/services/providers/sinch-verification/sinch-verification.service.js';
import { noteSecret } from './evidence.js';

export interface ProviderCall {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
  json: Record<string, unknown>;
}

export type Misbehaviour = (req: IncomingMessage, res: ServerResponse, body: string) => void;

export interface Started {
  id: string;
  method: string;
  number: string;
  reference: string;
  /** The code or caller number that proves the number; empty for `seamless`. */
  code: string;
  status: string;
  reason?: string;
}

const BASE = '/verification/v1/verifications';

/** A minimal Sinch Verification server. Tests count calls here, not in the service's own records. */
export class FakeSinch {
  static readonly key = '11111111-2222-4333-8444-555555555555';
  static readonly secret = Buffer.from('a fake application secret').toString('base64');

  readonly calls: ProviderCall[] = [];
  readonly started: Started[] = [];
  /** Runs after a start is accepted and before the response. */
  onStart: ((one: Started) => unknown) | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly lost: { method: string; act: (res: ServerResponse) => void }[] = [];
  private readonly plans: { matches: (req: IncomingMessage) => boolean; act: Misbehaviour }[] = [];
  private readonly server = createServer((req, res) => void this.receive(req, res));

  static async start(): Promise<FakeSinch> {
    const fake = new FakeSinch();
    fake.server.on('connection', (socket) => {
      fake.sockets.add(socket);
      socket.on('close', () => fake.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get environment() {
    return {
      SINCH_VERIFICATION_URL: this.url,
      SINCH_APPLICATION_KEY: FakeSinch.key,
      SINCH_APPLICATION_SECRET: FakeSinch.secret,
    };
  }

  get messages(): number {
    return this.started.length;
  }

  get comparisons(): number {
    return this.calls.filter((call) => call.method === 'PUT').length;
  }

  codeFor(number: string): string {
    return this.newestFor(number).code;
  }

  newestFor(number: string): Started {
    const newest = this.started.findLast((one) => one.number === number);
    if (!newest) throw new Error('no verification was started for this number');
    return newest;
  }

  /** Completes a seamless verification, as the device does by opening its URL. */
  openFor(number: string): void {
    const newest = this.newestFor(number);
    if (newest.method === 'seamless' && newest.status === 'PENDING') newest.status = 'SUCCESSFUL';
  }

  wrongCodeFor(number: string): string {
    return String((Number(this.codeFor(number)) + 1 + randomInt(9000)) % 10_000).padStart(4, '0');
  }

  misbehave(method: string, act: Misbehaviour, times = 1): void {
    for (let i = 0; i < times; i += 1) {
      this.plans.push({ matches: (req) => req.method === method, act });
    }
  }

  /** Serves the next request of this method and runs `act` in place of the response. */
  misbehaveAfter(method: string, act: (res: ServerResponse) => void): void {
    this.lost.push({ method, act });
  }

  answer(
    method: string,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
    times = 1,
  ): void {
    this.misbehave(method, (_req, res) => reply(res, status, body, headers), times);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const json = (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>;
    const { method = '', url: path = '', headers } = req;
    // The check at the start of the service is no call of a flow.
    if (!path.endsWith(ACCESS_CHECK_REFERENCE)) {
      this.calls.push({ method, path, headers, body, json });
    }
    const index = this.plans.findIndex((plan) => plan.matches(req));
    if (index >= 0) {
      this.plans.splice(index, 1)[0]?.act(req, res, body);
      return;
    }
    if (!isAuthorized(req, body)) {
      error(res, 401, 40102, 'Invalid signature');
      return;
    }
    const lost = this.lost.findIndex((one) => one.method === method);
    if (lost < 0) return this.serve(method, path, json, res);
    await this.serve(method, path, json, new ServerResponse(req));
    this.lost.splice(lost, 1)[0]?.act(res);
  }

  private async serve(
    method: string,
    path: string,
    json: Record<string, unknown>,
    res: ServerResponse,
  ): Promise<void> {
    if (method === 'POST' && path === BASE) return this.startOne(json, res);
    const [kind, key = ''] = path.slice(BASE.length + 1).split('/');
    const found = this.started.find((one) =>
      kind === 'reference' ? one.reference === key : one.id === key,
    );
    if (!found) return error(res, 404, 40400, 'Requested resource was not found.');
    if (method === 'GET')
      return reply(res, 200, { ...describe(found), reference: found.reference });
    return report(found, claimIn(json, found.method), res);
  }

  private async startOne(json: Record<string, unknown>, res: ServerResponse): Promise<void> {
    const method = String(json['method']);
    const number = (json['identity'] as { endpoint: string }).endpoint;
    const reference = String(json['reference']);
    for (const old of this.started) {
      if (old.number === number && old.status === 'PENDING') old.status = 'ABORTED';
    }
    const digits = String(randomInt(10_000)).padStart(4, '0');
    const code = { flashcall: `+44770090${digits}`, seamless: '' }[method] ?? digits;
    if (code !== '') noteSecret(code);
    const one: Started = { id: randomUUID(), method, number, reference, code, status: 'PENDING' };
    this.started.push(one);
    await this.onStart?.(one);
    reply(res, 200, { id: one.id, method, ...this.factsOf(one), _links: [] });
  }

  private factsOf({ id, method, code }: Started): object {
    switch (method) {
      case 'sms':
        return {
          sms: { template: 'Your verification code is {{CODE}}.', interceptionTimeout: 298 },
        };
      case 'flashcall':
        return { flashCall: { cliFilter: `(.*)${code.slice(3, 7)}(.*)`, interceptionTimeout: 45 } };
      case 'seamless':
        return { seamless: { targetUri: `${this.url}/seamless/${id}` } };
      case 'whatsapp':
        return { whatsapp: { codeType: 'Numeric' } };
      default:
        return {};
    }
  }
}

function claimIn(json: Record<string, unknown>, method: string): string | undefined {
  if (json['method'] !== method) return undefined;
  const claim = json[method === 'flashcall' ? 'flashCall' : method] as Record<string, string>;
  return method === 'flashcall' ? claim['cli'] : claim['code'];
}

function report(one: Started, code: string | undefined, res: ServerResponse): void {
  if (one.status === 'PENDING' && code === one.code) {
    one.status = 'SUCCESSFUL';
    return reply(res, 200, describe(one));
  }
  if (one.status === 'PENDING') return error(res, 400, 40003, 'Invalid identity or code.');
  if (one.status === 'ABORTED') return reply(res, 200, describe(one));
  reply(res, 200, { ...describe(one), status: 'FAIL', reason: 'Expired' });
}

function describe(one: Started): object {
  return { id: one.id, method: one.method, status: one.status };
}

function isAuthorized(req: IncomingMessage, body: string): boolean {
  const authorization = req.headers.authorization;
  const basic = `Basic ${Buffer.from(`${FakeSinch.key}:${FakeSinch.secret}`).toString('base64')}`;
  if (authorization === basic) return true;
  return verifySinchSignature({
    applicationKey: FakeSinch.key,
    applicationSecret: FakeSinch.secret,
    authorization,
    method: req.method ?? '',
    path: req.url ?? '',
    body,
    contentType: req.headers['content-type'] ?? '',
    timestamp: String(req.headers['x-timestamp']),
  });
}

function error(res: ServerResponse, status: number, errorCode: number, message: string): void {
  reply(res, status, { errorCode, message, reference: randomUUID() });
}

function reply(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const isText = typeof body === 'string';
  res.writeHead(status, {
    'Content-Type': isText ? 'text/html' : 'application/json; charset=utf-8',
    ...headers,
  });
  res.end(isText ? body : JSON.stringify(body));
}
