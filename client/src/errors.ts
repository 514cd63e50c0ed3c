import type { Problem } from './api-types.js';

/** The service's error codes, and two for failures outside the service. */
export type ProoflineErrorCode = Problem['code'] | 'unreachable' | 'unexpected_answer';

/**
 * - `problem`: the service refused; `code` tells why
 * - `network`: no response; the request may have arrived
 * - `answer`: the response is not from the service, but from a proxy or captive portal
 */
export type ProoflineErrorKind = 'problem' | 'network' | 'answer';

type Extras = Partial<
  Pick<Problem, 'attemptsRemaining' | 'retryAfter' | 'limit' | 'verificationId' | 'requestId'>
>;

/** The error of a failed call. Contains no code, phone number or provider text. */
export class ProoflineError extends Error {
  override readonly name = 'ProoflineError';
  /** Validation errors by field, as JSON pointers (RFC 6901). */
  readonly errors: { pointer: string; message: string }[];
  /** Attempts left after a wrong code. */
  readonly attemptsRemaining: number | undefined;
  /** Whole seconds to wait before a retry can succeed. */
  readonly retryAfter: number | undefined;
  /** The limit that refused the request. */
  readonly limit: string | undefined;
  /** The verification that may still succeed after `provider_outcome_unknown`. */
  readonly verificationId: string | undefined;
  readonly requestId: string | undefined;

  /** @param status HTTP status; 0 without a response */
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

  /** Whether the call may have taken effect. If so, repeat it with the same idempotency key. */
  get isUnanswered(): boolean {
    return this.kind !== 'problem' || this.code === 'idempotency_in_progress';
  }
}
