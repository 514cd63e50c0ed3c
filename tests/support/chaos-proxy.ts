import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a proxied connection suffers; settings hold for connections that are open and for new ones. */
export interface NetworkFaults {
  /** Milliseconds before each chunk is passed on, either way. */
  latencyMs?: number;
  /** Bytes of the answers leave one at a time, with this pause in milliseconds. */
  dripMs?: number;
  /** Nothing is passed on while this holds; nothing is lost either. */
  frozen?: boolean;
  /** What the client says is swallowed. */
  dropped?: boolean;
}

/** Stands between the service and a server on loopback, and misbehaves as a network would. */
export class ChaosProxy {
  /** Connections that were accepted, ever. */
  accepted = 0;
  private faults: NetworkFaults = {};
  private readonly sockets = new Set<Socket>();
  private readonly thawing = new Set<() => void>();
  private server: Server | undefined;
  private ownPort = 0;

  private constructor(private readonly target: number) {}

  /** @param url where the server behind is; only its port is used */
  static async start(url: string): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(Number(new URL(url).port));
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.ownPort;
  }

  /** The same address by way of this proxy. */
  proxied(url: string): string {
    const changed = new URL(url);
    changed.port = String(this.ownPort);
    return changed.href.replace(/\/$/, '');
  }

  apply(faults: NetworkFaults): void {
    this.faults = faults;
    if (faults.frozen !== true) for (const resume of this.thawing) resume();
  }

  /** Ends every connection with a reset, as a crashed machine would. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** From now on nobody listens on the port. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    const closed = server && new Promise((resolve) => server.close(resolve));
    this.reset();
    await closed;
  }

  /** Listens, on the port of before if there was one. */
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

  /** One direction of a connection, a chunk at a time, so that a slow reader slows the writer down. */
  private async pass(from: Socket, to: Socket, isAnswer: boolean): Promise<void> {
    this.sockets.add(from);
    from.once('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    try {
      for await (const chunk of from) await this.carry(chunk as Buffer, to, isAnswer);
      to.end();
    } catch {
      to.destroy();
    }
  }

  private async carry(chunk: Buffer, to: Socket, isAnswer: boolean): Promise<void> {
    const { latencyMs, dripMs } = this.faults;
    if (latencyMs !== undefined) await pause(latencyMs);
    if (dripMs !== undefined && isAnswer) return this.drip(chunk, to, dripMs);
    while (this.faults.frozen === true) await this.thaw();
    if (this.faults.dropped === true && !isAnswer) return;
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
