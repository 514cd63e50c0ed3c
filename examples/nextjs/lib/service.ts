import 'server-only';
import { isIP } from 'node:net';
import { headers } from 'next/headers';
import { logFailure } from './log';
import { settings } from './settings';

const TIMEOUT_MS = 15_000;
/** Their bodies have no `client`: no limit per address counts them. */
const WITHOUT_CLIENT: ReadonlySet<string> = new Set(['/proofs/spend', '/auth/totp/confirm']);

type ProblemFields = Partial<
  Pick<ServiceProblem, 'retryAfter' | 'attemptsRemaining' | 'verificationId' | 'errors'>
>;

/** An error response of the service; code `unreachable` without a response. */
export class ServiceProblem extends Error {
  readonly retryAfter: number | undefined;
  readonly attemptsRemaining: number | undefined;
  /** A verification that may exist in spite of the error. */
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

  get wasLastTry(): boolean {
    return this.code === 'attempts_exhausted' || this.attemptsRemaining === 0;
  }
}

interface CallOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: object;
  token?: string;
  /** Repeated requests with the same key and body send one message. */
  idempotencyKey?: string;
}

/**
 * Calls the service.
 * @throws ServiceProblem
 */
export async function callService<Result>(
  path: string,
  options: CallOptions = {},
): Promise<Result> {
  const { body, token, idempotencyKey } = options;
  const method = options.method ?? (body ? 'POST' : 'GET');
  const response = await sendToService(path, {
    method,
    body,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
    },
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as Result;
  const problem = answer as (ProblemFields & { code?: string }) | undefined;
  if (response.status >= 500) logFailure(`The service answered ${response.status}`, problem?.code);
  throw new ServiceProblem(problem?.code ?? 'unexpected_answer', problem);
}

/**
 * Sends a request with the key of this app and the user's address, which limits count.
 * @throws ServiceProblem
 */
export async function sendToService(
  path: string,
  request: { method: string; body?: object | undefined; headers: Record<string, string> },
): Promise<Response> {
  const { method, body, headers } = request;
  const { serviceUrl, secretKey } = settings;
  const address = await clientAddress();
  const namesClient = secretKey !== undefined && isIP(address) > 0 && !WITHOUT_CLIENT.has(path);
  const sent = body && { ...body, ...(namesClient && { client: { ip: address } }) };
  try {
    return await fetch(serviceUrl + path, {
      method,
      ...(sent && { body: JSON.stringify(sent) }),
      headers: {
        ...headers,
        ...(sent && { 'Content-Type': 'application/json' }),
        // Not in Authorization, which has the access token of an account.
        ...(secretKey !== undefined && { 'Proofline-Key': secretKey }),
        'X-Forwarded-For': address,
      },
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    logFailure('The service cannot be reached', error);
    throw new ServiceProblem('unreachable');
  }
}

/**
 * The address that server.mjs sets. Without it a browser could choose its address and evade the
 * limits.
 */
async function clientAddress(): Promise<string> {
  const address = (await headers()).get('x-forwarded-for');
  if (process.env.ADDRESSES_ARE_CHECKED !== 'true' || !address) {
    throw new Error('Start this app with server.mjs: "npm start" or "npm run dev"');
  }
  return address;
}
