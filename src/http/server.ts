import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import type { Application } from 'express';
import { AppError } from '../errors/app-error.js';
import { HttpConnections } from './connections.js';
import { problemOf } from '../errors/problem.js';

const HEADERS_TIMEOUT_MS = 10_000;
// Checked at intervals, so an incomplete request ends after at most 15 s.
const REQUEST_TIMEOUT_MS = 14_000;
const CONNECTION_CHECK_INTERVAL_MS = 500;
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 16 * 1024;
// A request takes at most 8 s, and a whole shutdown less than 10 s.
const DRAIN_TIMEOUT_MS = 8_500;
const UNUSED_CONNECTION_GRACE_MS = 1_000;

export interface ListeningServer {
  /** The actual port, if port 0 was configured. */
  port: number;
  /** Adds `Connection: close` to all further responses; still accepts requests. */
  startDraining(): void;
  /** Stops accepting connections, waits at most 8.5 s for pending requests, then closes all connections. */
  close(): Promise<void>;
}

/**
 * Starts a server with limits on slow and oversized requests. Rejects with system errors such as
 * `EADDRINUSE`.
 */
export async function listen(
  app: Application,
  host: string,
  port: number,
): Promise<ListeningServer> {
  const connections = new HttpConnections();
  const serve = (req: IncomingMessage, res: ServerResponse) => {
    connections.watch(req.socket, res);
    if (isHostMissing(req)) refuse(req.socket, '400 Bad Request');
    else app(req, res);
  };
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CONNECTION_CHECK_INTERVAL_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      // Node would send an empty 400; `refuse` sends a problem.
      requireHostHeader: false,
    },
    serve,
  );
  server.on('connection', (socket: Socket) => connections.add(socket));
  // Unknown expectations may be ignored (RFC 9110, section 10.1.1); Node would send an empty 417.
  server.on('checkExpectation', serve);
  server.on('clientError', refuseMalformedRequest);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    startDraining: () => connections.startDraining(),
    close: () => {
      connections.startDraining();
      return drain(server, connections);
    },
  };
}

async function drain(server: Server, connections: HttpConnections): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Connections become idle after their last response; server.close() alone would wait for the keep-alive
  // timeout.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  // Node does not treat unused preconnections as idle.
  const unused = setTimeout(() => connections.closeUnusedConnections(), UNUSED_CONNECTION_GRACE_MS);
  const timeout = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(unused);
  clearTimeout(timeout);
}

/** Handles malformed syntax, oversized headers and slow requests, which never reach the app. */
function refuseMalformedRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  refuse(socket, STATUS_BY_ERROR_CODE[error.code ?? ''] ?? '400 Bad Request');
}

/** An HTTP/1.1 request without `Host` gets a 400 (RFC 9112, section 3.2). */
function isHostMissing(req: IncomingMessage): boolean {
  return req.headers.host === undefined && req.httpVersion !== '1.0';
}

function refuse(socket: Socket, status: string): void {
  const problem = problemOf(new AppError('invalid_request'), randomUUID());
  const body = JSON.stringify({ ...problem, status: Number(status.slice(0, 3)) });
  const headers = [
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}

const STATUS_BY_ERROR_CODE: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};
