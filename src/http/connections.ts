import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Connection {
  /** The last response that was asked for, until it has left. */
  pendingResponse?: ServerResponse | undefined;
}

/** The connections of a server, each with what it waits for. */
export class HttpConnections {
  private draining = false;
  /**
   * Not a set of responses: one that is written for each request leaves a table behind now and then, and
   * until V8 looks through its whole memory it keeps what the oldest of them leads to, which are all the
   * later ones and every response in them.
   */
  private readonly open = new Map<Socket, Connection>();

  add(socket: Socket): void {
    this.open.set(socket, {});
    socket.once('close', () => this.open.delete(socket));
  }

  watch(socket: Socket, res: ServerResponse): void {
    if (this.draining) res.setHeader('Connection', 'close');
    const connection = this.open.get(socket);
    if (!connection) return;
    connection.pendingResponse = res;
    res.once('close', () => {
      if (connection.pendingResponse === res) connection.pendingResponse = undefined;
    });
  }

  /**
   * Tells clients that this server is draining, also those who wait for an answer at that moment. A
   * connection that was simply closed when it fell idle could take a request with it that was just on its
   * way.
   */
  startDraining(): void {
    this.draining = true;
    for (const { pendingResponse } of this.open.values()) {
      if (pendingResponse && !pendingResponse.headersSent)
        pendingResponse.setHeader('Connection', 'close');
    }
  }

  /** Those on which nobody has said a word. */
  closeUnusedConnections(): void {
    for (const socket of this.open.keys()) if (socket.bytesRead === 0) socket.destroy();
  }
}
