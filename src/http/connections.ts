import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Connection {
  pendingResponse?: ServerResponse | undefined;
}

export class HttpConnections {
  private draining = false;
  /**
   * Not a Set of responses: a Set mutated on every request keeps dead responses alive until the next major
   * GC.
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
   * Adds `Connection: close` to all further responses, including pending ones. Closing idle connections
   * instead could lose requests that are in transit.
   */
  startDraining(): void {
    this.draining = true;
    for (const { pendingResponse } of this.open.values()) {
      if (pendingResponse && !pendingResponse.headersSent)
        pendingResponse.setHeader('Connection', 'close');
    }
  }

  /** Closes connections that have not received any byte. */
  closeUnusedConnections(): void {
    for (const socket of this.open.keys()) if (socket.bytesRead === 0) socket.destroy();
  }
}
