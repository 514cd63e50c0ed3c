import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifySinchSignature } from '../../../../src/clients/sinch-signing.js';
import { APPLICATION, eventually } from './harness.js';

export interface ReceivedEvent {
  event: Record<string, unknown>;
  headers: IncomingHttpHeaders;
  /** Whether the signature matches the raw bytes, the URL's path and the headers. */
  genuine: boolean;
}

export interface CallbackAnswer {
  status?: number;
  body?: string;
  silent?: boolean;
}

const PATH = '/hooks/sinch';

/**
 * A callback URL on loopback that records all events and responds to request events as configured.
 */
export async function startCallbackReceiver() {
  const events: ReceivedEvent[] = [];
  let answer: CallbackAnswer = { body: '{"action":"allow"}' };
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks);
      const event = JSON.parse(body.toString()) as Record<string, unknown>;
      const genuine = verifySinchSignature({
        ...APPLICATION,
        method: req.method ?? '',
        path: PATH,
        body,
        contentType: req.headers['content-type'] ?? '',
        timestamp: String(req.headers['x-timestamp']),
        authorization: req.headers.authorization,
      });
      events.push({ event, headers: req.headers, genuine });
      const asked = event['event'] === 'VerificationRequestEvent';
      if (asked && answer.silent) return;
      res.statusCode = asked ? (answer.status ?? 200) : 200;
      res.end(asked ? answer.body : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const named = (name: string) => events.filter(({ event }) => event['event'] === name);
  return {
    url: `http://127.0.0.1:${port}${PATH}?from=sinch`,
    events,
    named,
    received: (name: string) => eventually(() => named(name).at(-1)),
    answerWith: (next: CallbackAnswer | object) => {
      const isPlain = 'action' in next || Object.keys(next).length === 0;
      answer = isPlain ? { body: JSON.stringify(next) } : next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type CallbackReceiver = Awaited<ReturnType<typeof startCallbackReceiver>>;
