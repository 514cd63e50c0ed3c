import type { Problem } from './api-types.js';
import { ProoflineError } from './errors.js';
import { ServerClock } from './server-clock.js';

export interface TransportOptions {
  /** Where the service is; the page's own origin unless given. A path is kept. */
  baseUrl?: string;
  /** In place of the browser's own. */
  fetch?: typeof fetch;
  /** How long to wait for an answer, in milliseconds; 30,000 unless given. */
  timeoutMs?: number;
}

export interface Request {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: object;
  idempotencyKey?: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wholeSeconds = (header: string | null): number | undefined =>
  header !== null && /^\d+$/.test(header) ? Number(header) : undefined;

/** One request and its answer as JSON; everything else is a ProoflineError. */
export class Transport {
  readonly clock = new ServerClock();
  private readonly base: string;
  private readonly fetch: typeof fetch;
  private readonly timeoutMs: number;

  constructor(options: TransportOptions) {
    this.base = (options.baseUrl ?? '').replace(/\/+$/, '');
    // Called as a method of something else, the browser's own refuses.
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.timeoutMs = options.timeoutMs ?? 30_000;
  }

  /** @throws ProoflineError */
  async send<Result>(request: Request): Promise<Result> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), this.timeoutMs);
    try {
      return (await this.exchange(request, abort.signal)) as Result;
    } finally {
      clearTimeout(timer);
    }
  }

  private async exchange(
    { method, path, body, idempotencyKey }: Request,
    signal: AbortSignal,
  ): Promise<unknown> {
    const headers: Record<string, string> = {};
    if (body) headers['Content-Type'] = 'application/json';
    if (idempotencyKey !== undefined) headers['Idempotency-Key'] = idempotencyKey;
    let response: Response;
    let text: string;
    try {
      response = await this.fetch(this.base + path, {
        method,
        headers,
        signal,
        // The API knows no cookies.
        credentials: 'omit',
        ...(body && { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch {
      throw new ProoflineError('network', 'unreachable', 0);
    }
    this.clock.sync(response.headers.get('Date'));
    return read(response, text);
  }
}

function read(response: Response, text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Judged below, like any other answer that is not one of ours.
  }
  if (isRecord(json)) {
    if (response.ok) return json;
    if (typeof json['code'] === 'string') throw toError(response, json as unknown as Problem);
  }
  throw new ProoflineError('answer', 'unexpected_answer', response.status);
}

function toError({ status, headers }: Response, problem: Problem): ProoflineError {
  const retryAfter = problem.retryAfter ?? wholeSeconds(headers.get('Retry-After'));
  return new ProoflineError('problem', problem.code, status, {
    ...problem,
    message: problem.title,
    ...(retryAfter !== undefined && { retryAfter }),
  });
}
