import { Agent, request } from 'node:http';
import type { Answer } from '../../support/service.js';

export type Result = { answer: Answer; tookMs: number } | { error: string; tookMs: number };

export class Client {
  readonly agent: Agent;

  constructor(
    readonly url: string,
    connections = Infinity,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('POST', path, JSON.stringify(body), headers);
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  verify(verificationId: string, code: string): Promise<Answer> {
    return this.post('/verify-otp', { verificationId, code });
  }

  /** Never rejects. */
  async attempt(method: string, path: string, body?: unknown): Promise<Result> {
    const startedAt = performance.now();
    try {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const answer = await this.call(method, path, text);
      return { answer, tookMs: performance.now() - startedAt };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return { error: code ?? String(error), tookMs: performance.now() - startedAt };
    }
  }

  close(): void {
    this.agent.destroy();
  }

  call(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const req = request(
        this.url + path,
        { method, agent: this.agent, headers: { ...type, ...length, ...headers } },
        (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('error', reject);
          res.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const isJson = text !== '' && (res.headers['content-type'] ?? '').includes('json');
            resolve({
              status: res.statusCode ?? 0,
              headers: new Headers(res.headers as Record<string, string>),
              text,
              body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
            });
          });
        },
      );
      req.on('error', reject);
      req.end(body);
    });
  }
}

export function tally(results: readonly (Answer | Result)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const key =
      'error' in result
        ? result.error
        : String('answer' in result ? result.answer.status : result.status);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? NaN;
}
