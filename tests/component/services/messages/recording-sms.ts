import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A recorded request. */
export interface SmsCall {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Answers one request. */
export type Behaviour = (res: ServerResponse, call: SmsCall) => unknown;

/** An answer with this status, headers and body; a body that is not a string is sent as JSON. */
export function answers(
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
): Behaviour {
  return (res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export const accepts = answers(201, { id: '01FC66621XXXXX119Z8PMV1QPQ', canceled: false });
export const hangs: Behaviour = () => undefined;
export const resets: Behaviour = (res) => res.socket?.resetAndDestroy();
export const drips: Behaviour = (res) => {
  res.writeHead(201, { 'content-type': 'application/json' });
  const timer = setInterval(() => res.write(' '), 30);
  res.on('close', () => clearInterval(timer));
};

/** An HTTP server that records each request. */
export async function startRecordingSms() {
  const isToken = (call: SmsCall) => call.path === 'POST /oauth2/token';
  const isLookup = (call: SmsCall) => call.path.startsWith('GET ');
  const calls: SmsCall[] = [];
  let send: Behaviour = accepts;
  let token: Behaviour = answers(404);
  let list: Behaviour = answers(200, { count: 0, page: 0, page_size: 0, batches: [] });
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const call = { path: `${req.method ?? ''} ${req.url ?? ''}`, headers: req.headers, body };
      calls.push(call);
      (isToken(call) ? token : isLookup(call) ? list : send)(res, call);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    sends: () => calls.filter((call) => !isToken(call) && !isLookup(call)),
    lookups: () => calls.filter(isLookup),
    tokenCalls: () => calls.filter(isToken),
    onSend: (behaviour: Behaviour) => (send = behaviour),
    onLookup: (behaviour: Behaviour) => (list = behaviour),
    onToken: (behaviour: Behaviour) => (token = behaviour),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type RecordingSms = Awaited<ReturnType<typeof startRecordingSms>>;
