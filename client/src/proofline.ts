import { ProoflineError } from './errors.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import type {
  RequestOtpResponse,
  RequestOtpBody,
  ResendBody,
  VerificationResponse,
  VerifyOtpResponse,
  VerifyOtpBody,
} from './api-types.js';
import { Transport, type TransportOptions } from './transport.js';

/** A connection that broke is often back by then. */
const REPEAT_AFTER_MS = 500;

export type ProoflineOptions = TransportOptions;

export interface CallOptions {
  /** Aborting stops the wait, not the request. */
  signal?: AbortSignal;
}

/** Client of the service for a web page. Methods reject with a ProoflineError. Stores nothing. */
export interface Proofline {
  /**
   * Sends a code. The same request again, while running or after a lost response, sends no second
   * message.
   */
  requestOtp(body: RequestOtpBody, options?: CallOptions): Promise<RequestOtpResponse>;
  /**
   * Checks a code. The same check again, while running, uses no second attempt. After a lost response
   * it repeats the check once with the same idempotency key; for a minute the service gives the same
   * success again.
   */
  verifyOtp(body: VerifyOtpBody, options?: CallOptions): Promise<VerifyOtpResponse>;
  /**
   * Sends a new code for the same verification, also by another channel; retries like `requestOtp`.
   */
  resend(
    verificationId: string,
    body?: ResendBody,
    options?: CallOptions,
  ): Promise<RequestOtpResponse>;
  status(verificationId: string, options?: CallOptions): Promise<VerificationResponse>;
  cancel(verificationId: string, options?: CallOptions): Promise<VerificationResponse>;
  /**
   * Milliseconds since 1970 by the service's clock, for its deadlines; the local clock before the
   * first response.
   */
  now(): number;
  /** Whether `now` follows the service: after a response whose Date header is visible. */
  isSynchronized(): boolean;
}

/** Stops waiting on abort; the request itself continues. */
function abortable<Result>(work: Promise<Result>, signal?: AbortSignal): Promise<Result> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Repeats a call once if its answer was lost. */
async function onceMore<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ProoflineError) || error.kind === 'problem') throw error;
  }
  await new Promise((resolve) => setTimeout(resolve, REPEAT_AFTER_MS));
  return call();
}

/** Creates a client. Keep one per page, because it detects double clicks. */
export function createProofline(options: ProoflineOptions = {}): Proofline {
  const transport = new Transport(options);
  const keys = new IdempotencyKeys();
  const path = (id: string) => `/verifications/${encodeURIComponent(id)}`;

  const send = (at: string, body: object, { signal }: CallOptions = {}) =>
    abortable(
      keys.run(`${at} ${JSON.stringify(body)}`, (idempotencyKey) =>
        transport.send<RequestOtpResponse>({ method: 'POST', path: at, body, idempotencyKey }),
      ),
      signal,
    );
  const check = (body: VerifyOtpBody, { signal }: CallOptions = {}) =>
    abortable(
      keys.run(`/verify-otp ${JSON.stringify(body)}`, (idempotencyKey) =>
        onceMore(() =>
          transport.send<VerifyOtpResponse>({
            method: 'POST',
            path: '/verify-otp',
            body,
            idempotencyKey,
          }),
        ),
      ),
      signal,
    );

  return {
    requestOtp: (body, options) => send('/request-otp', body, options),
    verifyOtp: check,
    resend: (id, body = {}, options) => send(`${path(id)}/resend`, body, options),
    status: (id, options) =>
      abortable(transport.send({ method: 'GET', path: path(id) }), options?.signal),
    cancel: (id, options) =>
      abortable(transport.send({ method: 'DELETE', path: path(id) }), options?.signal),
    now: () => transport.clock.now(),
    isSynchronized: () => transport.clock.isSynchronized,
  };
}
