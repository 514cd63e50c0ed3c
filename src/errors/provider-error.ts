/**
 * Why a provider could not do its work.
 *
 * - `unreachable`: it did nothing (connection refused, DNS, TLS, 5xx)
 * - `timeout-unknown`: the request left and no usable answer came back; the message may still arrive
 * - `rejected-destination`: it will not serve this number
 * - `bad-credentials`: it does not accept our credentials or our application's set-up
 * - `rate-limited`: it asks us to slow down
 * - `quota-exhausted`: the account has no credit
 * - `bad-response`: it answered something its own documentation does not allow
 */
export type ProviderErrorKind =
  | 'unreachable'
  | 'timeout-unknown'
  | 'rejected-destination'
  | 'bad-credentials'
  | 'rate-limited'
  | 'quota-exhausted'
  | 'bad-response';

export interface ProviderErrorFacts {
  /** HTTP status that the provider answered. */
  httpStatus?: number;
  /** The provider's own error number: safe to log, unlike its text. */
  providerCode?: string;
  /** Seconds that the provider asked us to wait. */
  retryAfterSeconds?: number;
}

/** Whether the provider certainly did nothing: then the send is given back. */
const CERTAINLY_NOTHING: ReadonlySet<ProviderErrorKind> = new Set([
  'unreachable',
  'rejected-destination',
  'bad-credentials',
  'rate-limited',
  'quota-exhausted',
]);

/** A failure of a provider. Carries no URL, header, body or code, so it is safe to log whole. */
export class ProviderError extends Error {
  constructor(
    readonly provider: string,
    readonly kind: ProviderErrorKind,
    readonly facts: ProviderErrorFacts = {},
  ) {
    super(`${provider}: ${kind}`);
    this.name = 'ProviderError';
  }

  get didNothing(): boolean {
    return CERTAINLY_NOTHING.has(this.kind);
  }
}
