import type { Problem } from './api-types.js';
import { ProoflineError } from './errors.js';
import { ServerClock } from './server-clock.js';

export interface TransportOptions {
  /** Base URL of the service, with or without a path. Default: the page's origin. */
  baseUrl?: string;
  /** Default: the browser's fetch. */
  fetch?: typeof fetch;
  /** Default 30,000. */
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

/** Sends JSON requests; failures become a ProoflineError. */
export class Transport {
  readonly clock = new ServerClock();
  private readonly base: string;
  private readonly fetch: typeof fetch;
  private readonly timeoutMs: number;

  constructor(options: TransportOptions) {
    this.base = (options.baseUrl ?? '').replace(/\/+$/, '');
    // The browser's fetch throws when called as a method of another object.
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
        // The API does not use cookies.
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
    // Handled below, like any response that is not from the service.
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
