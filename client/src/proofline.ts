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

export type ProoflineOptions = TransportOptions;

export interface CallOptions {
  /** Ends the waiting with the signal's reason; what was sent stays sent. */
  signal?: AbortSignal;
}

/** The service as a page sees it. Every method rejects with a ProoflineError. Nothing is stored anywhere. */
export interface Proofline {
  /** Sends a code; the same request again, while it runs or after a lost answer, sends no second message. */
  requestOtp(body: RequestOtpBody, options?: CallOptions): Promise<RequestOtpResponse>;
  /** Checks a code; the same check while it runs spends no second try. */
  verifyOtp(body: VerifyOtpBody, options?: CallOptions): Promise<VerifyOtpResponse>;
  /** A new code for the same verification, perhaps another way; sends one message like `requestOtp`. */
  resend(
    verificationId: string,
    body?: ResendBody,
    options?: CallOptions,
  ): Promise<RequestOtpResponse>;
  status(verificationId: string, options?: CallOptions): Promise<VerificationResponse>;
  cancel(verificationId: string, options?: CallOptions): Promise<VerificationResponse>;
  /** Milliseconds since 1970 by the clock of the service, once it has answered: what its deadlines are counted by. */
  now(): number;
}

/** Stops waiting when told to. The work goes on, because a message cannot be called back. */
function abortable<Result>(work: Promise<Result>, signal?: AbortSignal): Promise<Result> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** A client of one service. Make one and keep it: double clicks are told by it. */
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
      keys.once(`/verify-otp ${JSON.stringify(body)}`, () =>
        transport.send<VerifyOtpResponse>({ method: 'POST', path: '/verify-otp', body }),
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
  };
}
