import type { Problem } from './api-types.js';
import { ProoflineError } from './errors.js';
import { ServerClock } from './server-clock.js';

export interface TransportOptions {
  /** Base URL of the service, with or without a path. Default: the page's origin. */
  baseUrl?: string;
  /** `pl_pk_…`, sent with every call. Without one, the calls are those of a stranger. */
  publishableKey?: string;
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

const SECRET_KEY = /^\s*pl_(sk|op)_/;
const SECRET_KEY_IN_BROWSER =
  'Proofline: a secret key must not be in a browser. Revoke it, and use a publishable key (pl_pk_…).';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wholeSeconds = (header: string | null): number | undefined =>
  header !== null && /^\d+$/.test(header) ? Number(header) : undefined;

/** Sends JSON requests; failures become a ProoflineError. */
export class Transport {
  readonly clock = new ServerClock();
  private readonly base: string;
  private readonly credentials: Record<string, string>;
  private readonly fetch: typeof fetch;
  private readonly timeoutMs: number;

  /** @throws TypeError for a key that must not be in a browser */
  constructor(options: TransportOptions) {
    this.base = (options.baseUrl ?? '').replace(/\/+$/, '');
    const key = options.publishableKey;
    if (key && SECRET_KEY.test(key)) throw new TypeError(SECRET_KEY_IN_BROWSER);
    this.credentials = key ? { Authorization: `Bearer ${key}` } : {};
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
    const headers = { ...this.credentials };
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
