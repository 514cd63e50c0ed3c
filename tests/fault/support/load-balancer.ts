import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Backend {
  url: string;
  isReady: boolean;
  agent: Agent;
}

/** Round-robin load balancer over the backends that report ready. */
export class LoadBalancer {
  private backends: Backend[] = [];
  private nextIndex = 0;
  private closed = false;
  private readonly server = createServer((req, res) => this.forward(req, res));
  private readonly polling: Promise<void>;

  private constructor() {
    this.polling = this.pollReadiness();
  }

  static async start(): Promise<LoadBalancer> {
    const balancer = new LoadBalancer();
    await new Promise<void>((resolve) => balancer.server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async add(url: string): Promise<void> {
    const backend = { url, isReady: false, agent: new Agent({ keepAlive: true }) };
    this.backends.push(backend);
    while (!backend.isReady) await sleep(10);
  }

  remove(url: string): void {
    this.backends = this.backends.filter((backend) => backend.url !== url);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.polling;
    for (const { agent } of this.backends) agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pollReadiness(): Promise<void> {
    while (!this.closed) {
      await Promise.all(
        this.backends.map(async (backend) => {
          const answer = await fetch(`${backend.url}/readyz`).catch(() => undefined);
          backend.isReady = answer?.status === 200;
        }),
      );
      await sleep(50);
    }
  }

  private forward(req: IncomingMessage, res: ServerResponse): void {
    const ready = this.backends.filter((backend) => backend.isReady);
    this.nextIndex += 1;
    const backend = ready[this.nextIndex % ready.length];
    if (!backend) {
      res.writeHead(599).end();
      return;
    }
    const { method, headers } = req;
    const upstream = request(
      backend.url + (req.url ?? ''),
      { method, headers, agent: backend.agent },
      (answer) => {
        const { connection: _, ...kept } = answer.headers;
        res.writeHead(answer.statusCode ?? 0, kept);
        answer.pipe(res);
      },
    );
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      res.writeHead(598, { 'X-Error': error.code ?? error.message }).end();
    });
    req.pipe(upstream);
  }
}
