import 'server-only';
import { headers } from 'next/headers';
import { settings } from './settings';

const TIMEOUT_MS = 15_000;

type ProblemFields = Partial<
  Pick<ServiceProblem, 'retryAfter' | 'attemptsRemaining' | 'verificationId' | 'errors'>
>;

/** What the service answered instead of what was asked for; `unreachable` when it did not answer. */
export class ServiceProblem extends Error {
  readonly retryAfter: number | undefined;
  readonly attemptsRemaining: number | undefined;
  /** Of a verification that was begun all the same. */
  readonly verificationId: string | undefined;
  readonly errors: readonly { pointer: string; message: string }[];

  constructor(
    readonly code: string,
    fields: ProblemFields = {},
  ) {
    super(code);
    this.retryAfter = fields.retryAfter;
    this.attemptsRemaining = fields.attemptsRemaining;
    this.verificationId = fields.verificationId;
    this.errors = fields.errors ?? [];
  }

  /** Whether no code is taken any more for what was tried. */
  get wasLastTry(): boolean {
    return this.code === 'attempts_exhausted' || this.attemptsRemaining === 0;
  }
}

interface CallOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: object;
  /** An access token. */
  token?: string;
  /** The same key and body send one message only, however often they come. */
  idempotencyKey?: string;
}

/** One call to the service. @throws ServiceProblem */
export async function callService<Result>(
  path: string,
  options: CallOptions = {},
): Promise<Result> {
  const { body, token, idempotencyKey } = options;
  const method = options.method ?? (body ? 'POST' : 'GET');
  const response = await sendToService(path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    headers: {
      ...(body && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
    },
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as Result;
  const problem = answer as (ProblemFields & { code?: string }) | undefined;
  throw new ServiceProblem(problem?.code ?? 'unexpected_answer', problem);
}

/** Passes a request on in the name of the person whose request this is. @throws ServiceProblem */
export async function sendToService(path: string, init: RequestInit): Promise<Response> {
  const address = await clientAddress();
  try {
    return await fetch(settings.serviceUrl + path, {
      ...init,
      headers: { ...init.headers, 'X-Forwarded-For': address },
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ServiceProblem('unreachable');
  }
}

/** The address that server.mjs has put there; without it any browser could choose its own and with it its limits. */
async function clientAddress(): Promise<string> {
  const address = (await headers()).get('x-forwarded-for');
  if (process.env.ADDRESSES_ARE_CHECKED !== 'true' || !address) {
    throw new Error('Start this app with server.mjs: "npm start" or "npm run dev"');
  }
  return address;
}
