/**
 * Why a call to a provider failed.
 *
 * - `unreachable`: the provider has not acted (connection refused, DNS, TLS, 503)
 * - `timeout-unknown`: the provider may have acted (a lost response, any other 5xx); the message may arrive
 * - `rejected-destination`: the provider does not serve this number
 * - `bad-credentials`: the provider rejects our credentials or the setup of our application
 * - `rate-limited`: the provider throttles us
 * - `quota-exhausted`: the account has no credit
 * - `bad-response`: the response does not match the provider's documentation
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
  httpStatus?: number;
  /** The provider's error number. Safe to log, unlike its text. */
  providerCode?: string;
  /** The provider's `Retry-After`. */
  retryAfterSeconds?: number;
}

/** Kinds after which the provider has certainly not acted, so the send is given back. */
const NOT_ACTED_KINDS: ReadonlySet<ProviderErrorKind> = new Set([
  'unreachable',
  'rejected-destination',
  'bad-credentials',
  'rate-limited',
  'quota-exhausted',
]);

/** A failed call to a provider. Contains no URL, header, body or code, so it is safe to log. */
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
    return NOT_ACTED_KINDS.has(this.kind);
  }
}

/**
 * The kind of a 5xx. Only a 503 says that the work was not done (RFC 9110, section 15.6.4); a gateway that
 * loses the response of a server that did the work sends any other.
 */
export function kindOfServerError(status: number): ProviderErrorKind {
  return status === 503 ? 'unreachable' : 'timeout-unknown';
}
