import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import type { Application } from 'express';
import { AppError } from '../errors/app-error.js';
import { HttpConnections } from './connections.js';
import { problemOf } from '../errors/problem.js';

const HEADERS_TIMEOUT_MS = 10_000;
// Looked at now and then only: what has not arrived whole is gone after 15 s.
const REQUEST_TIMEOUT_MS = 14_000;
const CONNECTION_CHECK_INTERVAL_MS = 500;
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 16 * 1024;
// A request takes 8 s at most; with the pause before and the pool after, draining stays below 10 s.
const DRAIN_LIMIT_MS = 8_500;
const UNUSED_CONNECTION_GRACE_MS = 1_000;

export interface ListeningServer {
  /** As the kernel gave it, when port 0 was asked for. */
  port: number;
  /** From now on every answer tells its client to open the next connection elsewhere; nobody is refused yet. */
  startDraining(): void;
  /** Stops accepting, lets requests in flight finish (8.5 s at most) and closes every connection. */
  close(): Promise<void>;
}

/** Listens with limits on slow and oversized clients. Rejects with the system's error, such as `EADDRINUSE`. */
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
      // Node would refuse without saying a word; see below.
      requireHostHeader: false,
    },
    serve,
  );
  server.on('connection', (socket: Socket) => connections.add(socket));
  // RFC 9110, section 10.1.1: what is expected beyond 100-continue may be ignored; Node would answer an empty
  // 417.
  server.on('checkExpectation', serve);
  server.on('clientError', answerBrokenRequest);
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
  // Connections fall idle as their last answers leave; server.close() alone would wait for keep-alive.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  // Node does not count those as idle that were opened in advance and never used.
  const silent = setTimeout(() => connections.closeUnusedConnections(), UNUSED_CONNECTION_GRACE_MS);
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(silent);
  clearTimeout(late);
}

/** What never became a request: broken syntax, oversized headers, slow senders. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  refuse(socket, BROKEN_REQUESTS[error.code ?? ''] ?? '400 Bad Request');
}

/** RFC 9112, section 3.2: a request of HTTP/1.1 without a host is answered 400. */
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

const BROKEN_REQUESTS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};
