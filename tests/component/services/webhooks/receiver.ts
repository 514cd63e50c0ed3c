import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedWebhook {
  headers: IncomingHttpHeaders;
  /** The bytes that were signed. */
  body: string;
  event: { type: string; timestamp: string; data: Record<string, unknown> };
}

export type Answering = (res: ServerResponse, received: ReceivedWebhook) => void;

/** A receiver on loopback that records what it gets, and answers as told. */
export async function startReceiver(answering: Answering = (res) => res.end('ok')) {
  const received: ReceivedWebhook[] = [];
  let answer = answering;
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8');
    req.on('data', (chunk: string) => (body += chunk));
    req.on('end', () => {
      const event = JSON.parse(body) as ReceivedWebhook['event'];
      const one = { headers: req.headers, body, event };
      received.push(one);
      answer(res, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook?from=proofline`,
    port,
    received,
    types: () => received.map(({ event }) => event.type),
    answerWith: (next: Answering) => (answer = next),
    /** Waits at most `timeoutMs` for so many events. */
    async waitFor(count: number, timeoutMs = 8000): Promise<void> {
      const until = performance.now() + timeoutMs;
      while (received.length < count) {
        if (performance.now() > until)
          throw new Error(`received ${received.length} of ${count} events`);
        await sleep(10);
      }
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
