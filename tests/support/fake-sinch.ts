import { randomInt, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { verifySinchSignature } from '../../src/clients/sinch-signing.js';
import { noteSecret } from './evidence.js';

/** One call that reached the provider, as it came over the wire. */
export interface ProviderCall {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
  json: Record<string, unknown>;
}

/** How the next matching call is answered in place of the usual way. */
export type Misbehaviour = (req: IncomingMessage, res: ServerResponse, body: string) => void;

interface Started {
  id: string;
  number: string;
  reference: string;
  code: string;
  status: string;
  reason?: string;
}

const BASE = '/verification/v1/verifications';

/**
 * Sinch Verification by hand: only the documented wire, recording every call. Counting happens here, at the
 * provider, and not in the service's own books.
 */
export class FakeSinch {
  static readonly key = '11111111-2222-4333-8444-555555555555';
  static readonly secret = Buffer.from('a fake application secret').toString('base64');

  readonly calls: ProviderCall[] = [];
  readonly started: Started[] = [];
  private readonly sockets = new Set<Socket>();
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

  /** How many messages went out: starts that this provider accepted. */
  get messages(): number {
    return this.started.length;
  }

  /** How many codes were compared here. */
  get comparisons(): number {
    return this.calls.filter((call) => call.method === 'PUT').length;
  }

  codeFor(number: string): string {
    const newest = this.started.findLast((one) => one.number === number);
    if (!newest) throw new Error('no message went to this number');
    return newest.code;
  }

  /** A code that is certainly not the one sent. */
  wrongCodeFor(number: string): string {
    return String((Number(this.codeFor(number)) + 1 + randomInt(9000)) % 10_000).padStart(4, '0');
  }

  /** The next call of this method behaves otherwise, once or, with `times`, more often. */
  misbehave(method: string, act: Misbehaviour, times = 1): void {
    for (let i = 0; i < times; i += 1) {
      this.plans.push({ matches: (req) => req.method === method, act });
    }
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
    this.calls.push({ method, path, headers, body, json });
    const index = this.plans.findIndex((plan) => plan.matches(req));
    if (index >= 0) {
      this.plans.splice(index, 1)[0]?.act(req, res, body);
      return;
    }
    if (!isAuthorized(req, body)) {
      error(res, 401, 40102, 'Invalid signature');
      return;
    }
    this.serve(method, path, json, res);
  }

  private serve(
    method: string,
    path: string,
    json: Record<string, unknown>,
    res: ServerResponse,
  ): void {
    if (method === 'POST' && path === BASE) return this.startOne(json, res);
    const [kind, key = ''] = path.slice(BASE.length + 1).split('/');
    const found = this.started.find((one) =>
      kind === 'reference' ? one.reference === key : one.id === key,
    );
    if (!found) return error(res, 404, 40400, 'Requested resource was not found.');
    if (method === 'GET')
      return reply(res, 200, { ...describe(found), reference: found.reference });
    return report(found, (json['sms'] as { code: string }).code, res);
  }

  private startOne(json: Record<string, unknown>, res: ServerResponse): void {
    const number = (json['identity'] as { endpoint: string }).endpoint;
    const reference = String(json['reference']);
    for (const old of this.started) {
      if (old.number === number && old.status === 'PENDING') old.status = 'ABORTED';
    }
    const code = String(randomInt(10_000)).padStart(4, '0');
    noteSecret(code);
    const one: Started = { id: randomUUID(), number, reference, code, status: 'PENDING' };
    this.started.push(one);
    const sms = { template: 'Your verification code is {{CODE}}.', interceptionTimeout: 298 };
    reply(res, 200, { id: one.id, method: 'sms', sms, _links: [] });
  }
}

function report(one: Started, code: string, res: ServerResponse): void {
  if (one.status === 'PENDING' && code === one.code) {
    one.status = 'SUCCESSFUL';
    return reply(res, 200, describe(one));
  }
  if (one.status === 'PENDING') return error(res, 400, 40003, 'Invalid identity or code.');
  if (one.status === 'ABORTED') return reply(res, 200, describe(one));
  reply(res, 200, { id: one.id, method: 'sms', status: 'FAIL', reason: 'Expired' });
}

function describe(one: Started): object {
  return { id: one.id, method: 'sms', status: one.status };
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
