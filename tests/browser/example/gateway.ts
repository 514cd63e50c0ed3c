import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** `down` does not reach the service; `deaf` does, and loses the answer. Both answer 503. */
type Fault = 'down' | 'deaf';

/** Stands between Harbour and the service, and breaks what a test wants broken. */
export class Gateway {
  /** Per path; 'all' breaks every call. */
  readonly faults = new Map<string, Fault>();
  /** What tokens say about their lifetime. Harbour renews them 30 seconds before its end. */
  tokenSeconds: number | undefined;

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(service: string): Promise<Gateway> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const gateway = new Gateway(`http://127.0.0.1:${port}`, server);
    server.on('request', (request, response) => {
      gateway.answer(service, request).then(
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
        () => response.destroy(),
      );
    });
    return gateway;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(service: string, request: IncomingMessage) {
    const path = request.url ?? '/';
    const fault = this.faults.get(path) ?? this.faults.get('all');
    const real = fault === 'down' ? undefined : await forward(service + path, request);
    if (!real || fault) return { status: 503, headers: {}, body: '' };
    const headers = { 'content-type': real.headers.get('content-type') ?? '' };
    return { status: real.status, headers, body: this.rewrite(await real.text()) };
  }

  private rewrite(body: string): string {
    if (!this.tokenSeconds) return body;
    return body.replace(/("refreshToken".*"expiresIn":)\d+/, `$1${this.tokenSeconds}`);
  }
}

async function forward(url: string, request: IncomingMessage): Promise<Response> {
  const sent = await buffer(request);
  const names = [
    'content-type',
    'authorization',
    'proofline-key',
    'idempotency-key',
    'x-forwarded-for',
  ];
  const headers = names.flatMap((name): [string, string][] => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  const method = request.method ?? 'GET';
  return fetch(url, { method, headers, ...(sent.length > 0 && { body: sent }) });
}
