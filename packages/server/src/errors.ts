import type { Problem } from './api-types.js';

/** The service's error codes, and two for failures outside the service. */
export type ProoflineErrorCode = Problem['code'] | 'unreachable' | 'unexpected_answer';

/** The error of a failed call. Contains no code, phone number or provider text. */
export class ProoflineError extends Error {
  override readonly name = 'ProoflineError';

  /**
   * @param status HTTP status; 0 without a response
   * @param problem what the service said; undefined for `unreachable` and `unexpected_answer`
   */
  constructor(
    readonly code: ProoflineErrorCode,
    readonly status: number,
    readonly problem?: Problem,
    options?: ErrorOptions,
  ) {
    super(problem?.detail ?? code, options);
  }

  /** Whether the call may have taken effect. If so, repeat it with the same idempotency key. */
  get isUnanswered(): boolean {
    return this.problem === undefined || this.code === 'idempotency_in_progress';
  }
}
