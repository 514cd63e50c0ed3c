import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** Network faults. They apply to open connections and to new ones. */
export interface NetworkFaults {
  /** Delay of each chunk in milliseconds, in both directions. */
  latencyMs?: number;
  /** Sends responses byte by byte, with this pause in milliseconds. */
  dripMs?: number;
  /** Delays everything, loses nothing. */
  frozen?: boolean;
  /** Discards what the client sends. */
  dropped?: boolean;
}

export class ChaosProxy {
  accepted = 0;
  private faults: NetworkFaults = {};
  private readonly sockets = new Set<Socket>();
  private readonly thawing = new Set<() => void>();
  private server: Server | undefined;
  private ownPort = 0;

  private constructor(private readonly target: number) {}

  static async start(url: string): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(Number(new URL(url).port));
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.ownPort;
  }

  proxied(url: string): string {
    const changed = new URL(url);
    changed.port = String(this.ownPort);
    return changed.href.replace(/\/$/, '');
  }

  apply(faults: NetworkFaults): void {
    this.faults = faults;
    if (faults.frozen !== true) for (const resume of this.thawing) resume();
  }

  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    const closed = server && new Promise((resolve) => server.close(resolve));
    this.reset();
    await closed;
  }

  /** Listens, on the previous port if there is one. */
  async listen(): Promise<void> {
    const server = createServer({ noDelay: true }, (client) => this.join(client));
    await new Promise<void>((resolve) => server.listen(this.ownPort, '127.0.0.1', resolve));
    this.ownPort = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async close(): Promise<void> {
    this.apply({});
    await this.refuse();
  }

  private join(client: Socket): void {
    this.accepted += 1;
    const server = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    void this.pass(client, server, false);
    void this.pass(server, client, true);
  }

  /** Pipes one direction chunk by chunk, so that backpressure works. */
  private async pass(from: Socket, to: Socket, isResponse: boolean): Promise<void> {
    this.sockets.add(from);
    from.once('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    try {
      for await (const chunk of from) await this.carry(chunk as Buffer, to, isResponse);
      to.end();
    } catch {
      to.destroy();
    }
  }

  private async carry(chunk: Buffer, to: Socket, isResponse: boolean): Promise<void> {
    const { latencyMs, dripMs } = this.faults;
    if (latencyMs !== undefined) await pause(latencyMs);
    if (dripMs !== undefined && isResponse) return this.drip(chunk, to, dripMs);
    while (this.faults.frozen === true) await this.thaw();
    if (this.faults.dropped === true && !isResponse) return;
    to.write(chunk);
  }

  private async drip(chunk: Buffer, to: Socket, dripMs: number): Promise<void> {
    for (const byte of chunk) {
      if (to.destroyed) return;
      to.write(Buffer.from([byte]));
      await pause(dripMs);
    }
  }

  private thaw(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.thawing.delete(done);
        resolve();
      };
      this.thawing.add(done);
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
