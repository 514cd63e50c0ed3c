import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stub of Sinch Verification with bounded memory. */
export interface SoakProvider {
  url: string;
  /** The code of every verification. */
  code: string;
  close(): Promise<void>;
}

const CODE = '4711';

export async function serveProvider(): Promise<SoakProvider> {
  const server = createServer((req, res) => void answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    code: CODE,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Refuses one in a hundred requests and delays another one by 50 ms. */
async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of req) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces).toString();
  const luck = Math.random();
  if (luck > 0.99) await new Promise((resolve) => setTimeout(resolve, 50));
  const [status, value] = req.method === 'POST' ? startAnswer(luck) : reportAnswer(body);
  res.writeHead(status, { 'Content-Type': 'application/json' });
  res.end(JSON.stringify(value));
}

function startAnswer(luck: number): [number, object] {
  if (luck < 0.01) return [400, { errorCode: 40001, message: 'no' }];
  return [200, { id: randomUUID(), method: 'sms' }];
}

function reportAnswer(body: string): [number, object] {
  if (!body.includes(`"${CODE}"`)) return [400, { errorCode: 40003, message: 'wrong' }];
  return [200, { id: randomUUID(), method: 'sms', status: 'SUCCESSFUL' }];
}
