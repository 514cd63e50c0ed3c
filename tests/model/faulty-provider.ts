import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './states.js';

/** The fate of one call; `hang-` never answers. */
export interface CallPlan {
  fault: Fault | 'hang-before' | 'hang-after';
  /** Milliseconds. */
  delay?: readonly [before: number, after: number];
}

interface Reply {
  status: number;
  type: string;
  body: Buffer;
}

/** A proxy in front of a provider that injects faults. GET requests pass through. */
export class FaultyProvider {
  plan: () => CallPlan = () => ({ fault: 'none' });
  readonly injected: Record<string, number> = {};
  private target = '';
  private hanging: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((req, res) => {
    this.receive(req, res).catch(() => res.destroy());
  });

  static async start(): Promise<FaultyProvider> {
    const faulty = new FaultyProvider();
    faulty.server.on('connection', (socket) => {
      faulty.sockets.add(socket);
      socket.on('close', () => faulty.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => faulty.server.listen(0, '127.0.0.1', resolve));
    return faulty;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  forwardTo(url: string): void {
    this.target = url;
  }

  hangs(): Promise<void> {
    return new Promise((resolve) => this.hanging.push(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (req.method === 'GET') return respond(res, await this.forward(req, body));
    const { fault, delay: [before, after] = [0, 0] } = this.plan();
    this.injected[fault] = (this.injected[fault] ?? 0) + 1;
    await sleep(before);
    if (fault === 'refused') return respond(res, REFUSAL);
    if (fault === 'lost-before') return void res.destroy();
    if (fault === 'gateway-before') return respond(res, INTERNAL_ERROR);
    if (fault === 'hang-before') return this.hang();
    const reply = await this.forward(req, body);
    await sleep(after);
    if (fault === 'lost-after') return void res.destroy();
    if (fault === 'gateway-after') return respond(res, BAD_GATEWAY);
    if (fault === 'hang-after') return this.hang();
    respond(res, fault === 'nonsense' ? NONSENSE : reply);
  }

  private hang(): void {
    for (const resolve of this.hanging) resolve();
    this.hanging = [];
  }

  private forward(req: IncomingMessage, body: Buffer): Promise<Reply> {
    const { method, url = '', headers } = req;
    return new Promise((resolve, reject) => {
      const call = request(this.target + url, { method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const type = answer.headers['content-type'] ?? '';
          resolve({ status: answer.statusCode ?? 0, type, body: Buffer.concat(chunks) });
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}

const REFUSAL: Reply = {
  status: 503,
  type: 'application/json',
  body: Buffer.from('{"errorCode":50300,"message":"Maintenance"}'),
};
const INTERNAL_ERROR: Reply = {
  status: 500,
  type: 'application/json',
  body: Buffer.from('{"errorCode":50000,"message":"Internal error"}'),
};
const BAD_GATEWAY: Reply = {
  status: 502,
  type: 'text/html',
  body: Buffer.from('<html>Bad Gateway</html>'),
};
const NONSENSE: Reply = {
  status: 200,
  type: 'text/html',
  body: Buffer.from('<html>Welcome</html>'),
};

function respond(res: ServerResponse, { status, type, body }: Reply): void {
  res.writeHead(status, { 'content-type': type });
  res.end(body);
}
