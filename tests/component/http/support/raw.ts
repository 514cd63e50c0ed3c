import { connect } from 'node:net';
import type { Answer } from '../../../support/service.js';

const FIRST_BYTE_MS = 4000;

export interface RawExchange {
  /** All received text. */
  text: string;
  /** The first response, parsed; status 0 without a response. */
  first: Answer;
  /** Number of responses. */
  answers: number;
  /** Whether the server closed the connection. */
  closed: boolean;
}

/** Sends exact bytes and collects the responses until the connection is silent. */
export async function exchange(
  url: string,
  bytes: string | Buffer,
  quietMs = 150,
): Promise<RawExchange> {
  const { hostname, port } = new URL(url);
  const chunks: Buffer[] = [];
  const closed = await new Promise<boolean>((resolve) => {
    const socket = connect(Number(port), hostname);
    // The first byte may be slow on a busy machine.
    socket.setTimeout(FIRST_BYTE_MS, () => finish(false));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      socket.setTimeout(quietMs);
    });
    socket.on('error', () => finish(true));
    socket.on('end', () => finish(true));
    socket.on('close', () => finish(true));
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    const finish = (byServer: boolean) => {
      socket.destroy();
      resolve(byServer);
    };
  });
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    text,
    first: parse(text),
    answers: text.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0,
    closed,
  };
}

/** A POST with a JSON body and additional header lines, as text. */
export function rawPost(path: string, body: string, more: readonly string[] = []): string {
  return rawRequest(`POST ${path} HTTP/1.1`, body, [
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...more,
  ]);
}

export function rawRequest(line: string, body: string, headers: readonly string[]): string {
  return `${[line, 'Host: proofline.test', ...headers].join('\r\n')}\r\n\r\n${body}`;
}

function parse(text: string): Answer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const body = rest.join('\r\n\r\n');
  const headers = new Headers();
  for (const header of lines) {
    const colon = header.indexOf(':');
    headers.append(header.slice(0, colon), header.slice(colon + 1).trim());
  }
  const isJson = (headers.get('content-type') ?? '').includes('json') && body !== '';
  return {
    status: Number(line.split(' ')[1] ?? 0),
    headers,
    text: body,
    body: (isJson
      ? JSON.parse(body.slice(0, Number(headers.get('content-length'))))
      : {}) as Answer['body'],
  };
}
