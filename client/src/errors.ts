import type { Problem } from './api-types.js';

/** The service's own codes, and two for when it was not the service that answered. */
export type ProoflineErrorCode = Problem['code'] | 'unreachable' | 'unexpected_answer';

/**
 * - `problem`: the service refused, and `code` says why
 * - `network`: no answer came; whether the request arrived is not known
 * - `answer`: something answered that is not the service, a proxy or a captive portal
 */
export type ProoflineErrorKind = 'problem' | 'network' | 'answer';

type Extras = Partial<
  Pick<Problem, 'attemptsRemaining' | 'retryAfter' | 'limit' | 'verificationId' | 'requestId'>
>;

/** Why a call did not succeed. Carries no code, no number and no text of a provider. */
export class ProoflineError extends Error {
  override readonly name = 'ProoflineError';
  /** What is wrong with which field, as JSON pointers (RFC 6901). */
  readonly errors: { pointer: string; message: string }[];
  /** Holder's tries that are left, after a wrong code. */
  readonly attemptsRemaining: number | undefined;
  /** Whole seconds after which trying again can succeed. */
  readonly retryAfter: number | undefined;
  /** Which limit refused. */
  readonly limit: string | undefined;
  /** The verification that may still succeed, after `provider_outcome_unknown`. */
  readonly verificationId: string | undefined;
  readonly requestId: string | undefined;

  /** @param status HTTP status, 0 without an answer */
  constructor(
    readonly kind: ProoflineErrorKind,
    readonly code: ProoflineErrorCode,
    readonly status: number,
    extras: Extras & Pick<Problem, 'errors'> & { message?: string } = {},
  ) {
    super(extras.message ?? code);
    this.errors = extras.errors ?? [];
    this.attemptsRemaining = extras.attemptsRemaining;
    this.retryAfter = extras.retryAfter;
    this.limit = extras.limit;
    this.verificationId = extras.verificationId;
    this.requestId = extras.requestId;
  }

  /** Whether the same call may still have been carried out: repeat it under the same idempotency key. */
  get isUnanswered(): boolean {
    return this.kind !== 'problem' || this.code === 'idempotency_in_progress';
  }
}
