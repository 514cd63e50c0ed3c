import { OPERATIONS, type Operations, type Problem } from './api-types.js';
import { ProoflineError } from './errors.js';

export interface ProoflineServerOptions {
  /** Address of the service, with or without a path. */
  baseUrl: string;
  /** `pl_sk_…`. Without one, the calls are those of a stranger. */
  secretKey?: string;
  /** Default 30,000. */
  timeoutMs?: number;
  /** Default: Node's fetch. */
  fetch?: typeof fetch;
}

export interface CallOptions {
  /** Repeats the answer of an earlier call with the same key. */
  idempotencyKey?: string;
  /** Session of an account, for the operations under `/auth` that need one. */
  accessToken?: string;
  signal?: AbortSignal;
}

type Arguments<Input> = object extends Input
  ? [input?: Input, options?: CallOptions]
  : [input: Input, options?: CallOptions];

/** One method for each operation of the API; its input has path, query and body in one object. */
export type ProoflineServer = {
  readonly [Name in keyof Operations]: (
    ...args: Arguments<Operations[Name]['input']>
  ) => Promise<Operations[Name]['output']>;
};

type Input = Readonly<Record<string, unknown>>;

/**
 * Creates a client of the API for a backend. Methods reject with a ProoflineError and repeat nothing.
 * @throws TypeError for a publishable key
 */
export function createProoflineServer(options: ProoflineServerOptions): ProoflineServer {
  if (options.secretKey?.startsWith('pl_pk_'))
    throw new TypeError('Proofline: a backend needs a secret key (pl_sk_…)');
  const methods = Object.entries(OPERATIONS).map(([name, operation]) => [
    name,
    (input: Input = {}, call: CallOptions = {}) => send(options, operation, input, call),
  ]);
  return Object.fromEntries(methods) as ProoflineServer;
}

/**
 * The pages of a list, one request each: `for await (const page of eachPage(proofline.list…, filters))`.
 * Ends with the page without a next one.
 */
export async function* eachPage<Query extends object, Page extends { nextCursor: string | null }>(
  list: (query: Query & { cursor?: string }) => Promise<Page>,
  query: Query,
): AsyncGenerator<Page, void, undefined> {
  let cursor: string | null = null;
  do {
    const page: Page = await list(cursor === null ? query : { ...query, cursor });
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

async function send(
  { baseUrl, secretKey, timeoutMs = 30_000, fetch: send = fetch }: ProoflineServerOptions,
  operation: string,
  input: Input,
  { idempotencyKey, accessToken, signal }: CallOptions,
): Promise<unknown> {
  const { method, target, body } = requestOf(operation, input);
  const signals = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  let response: Response;
  let text: string;
  try {
    response = await send(baseUrl.replace(/\/+$/, '') + target, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...credentials(secretKey, accessToken),
        ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
      },
      signal: AbortSignal.any(signals),
      // A redirect must not carry the key elsewhere.
      redirect: 'error',
      ...(body !== undefined && { body }),
    });
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ProoflineError('unreachable', 0, undefined, { cause });
  }
  return read(response, text);
}

/** An access token takes `Authorization`; the key then has its own header. */
function credentials(key: string | undefined, token: string | undefined): Record<string, string> {
  const bearer = token ?? key;
  return {
    ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
    ...(token !== undefined && key !== undefined && { 'Proofline-Key': key }),
  };
}

/** Fills in the path; what is left is the query of a GET and the body of any other method. */
function requestOf(operation: string, input: Input) {
  const [method = '', path = ''] = operation.split(' ');
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => pathValue(input, name));
  const rest = Object.entries(input).filter(
    ([name, value]) => value !== undefined && !inPath.includes(name),
  );
  if (method === 'GET') {
    const query = new URLSearchParams(
      rest.map(([name, value]): [string, string] => [name, String(value)]),
    );
    return { method, target: rest.length > 0 ? `${filled}?${query.toString()}` : filled };
  }
  const hasBody = rest.length > 0 || method === 'POST';
  return {
    method,
    target: filled,
    ...(hasBody && { body: JSON.stringify(Object.fromEntries(rest)) }),
  };
}

function pathValue(input: Input, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') throw new TypeError(`Proofline: no ${name}`);
  return encodeURIComponent(value);
}

function read({ ok, status }: Response, text: string): unknown {
  if (ok && text === '') return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Handled below, like any response that is not from the service.
  }
  if (typeof json === 'object' && json !== null) {
    if (ok) return json;
    if ('code' in json) {
      const problem = json as Problem;
      throw new ProoflineError(problem.code, status, problem);
    }
  }
  throw new ProoflineError('unexpected_answer', status);
}
