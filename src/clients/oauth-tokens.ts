import { z } from 'zod';
import { ProviderError, type ProviderErrorKind } from '../errors/provider-error.js';
import type { BearerTokens } from './bearer-tokens.js';
import { parseJson, retryAfterOf } from './http-response.js';
import type { HttpResponse, HttpClient } from './http-client.js';

export interface OAuthCredentials {
  provider: string;
  keyId: string;
  keySecret: string;
}

interface CachedToken {
  value: string;
  /** On the clock of `performance.now()`, in milliseconds. */
  staleAt: number;
}

const TOKEN_PATH = '/oauth2/token';
const MAX_EXPIRY_MARGIN_MS = 60_000;

// RFC 6749, section 5.1. The token becomes part of a header, so line breaks are refused.
const tokenResponse = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive().max(31_536_000).default(300),
});

/**
 * Access tokens by client credentials (RFC 6749, section 4.4). Concurrent callers share one request. A
 * token is renewed a minute before it expires, or when the server rejects it. A failed request only fails
 * the callers that wait for it.
 */
export class OAuthTokens implements BearerTokens {
  private cached: CachedToken | undefined;
  private fetching: Promise<CachedToken> | undefined;

  constructor(
    private readonly http: HttpClient,
    private readonly credentials: OAuthCredentials,
  ) {}

  async get(timeoutMs: number): Promise<string> {
    if (this.cached && performance.now() < this.cached.staleAt) return this.cached.value;
    this.fetching ??= this.fetch().finally(() => (this.fetching = undefined));
    return (await this.withTimeout(timeoutMs, this.fetching)).value;
  }

  expired(token: string): boolean {
    if (this.cached?.value === token) this.cached = undefined;
    return true;
  }

  /** Each caller has its own timeout; the request continues for the others. */
  private async withTimeout<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.failure('unreachable')), timeoutMs);
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async fetch(): Promise<CachedToken> {
    const requestedAt = performance.now();
    const response = await this.request();
    if (response.status !== 200) throw this.failure(kindOf(response.status), response);
    const parsed = tokenResponse.safeParse(parseJson(response.text));
    if (!parsed.success) throw this.failure('unreachable', response);
    const lifetimeMs = parsed.data.expires_in * 1000;
    const staleAt = requestedAt + lifetimeMs - Math.min(MAX_EXPIRY_MARGIN_MS, lifetimeMs / 10);
    this.cached = { value: parsed.data.access_token, staleAt };
    return this.cached;
  }

  /** Every failure is `unreachable`: without a token, no message was sent. */
  private async request(): Promise<HttpResponse> {
    const { keyId, keySecret } = this.credentials;
    const basic = Buffer.from(`${keyId}:${keySecret}`).toString('base64');
    try {
      return await this.http.send({
        method: 'POST',
        path: TOKEN_PATH,
        headers: {
          authorization: `Basic ${basic}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      });
    } catch {
      throw this.failure('unreachable');
    }
  }

  private failure(kind: ProviderErrorKind, response?: HttpResponse): ProviderError {
    const retryAfterSeconds = response && retryAfterOf(response);
    return new ProviderError(this.credentials.provider, kind, {
      ...(response && { httpStatus: response.status }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }
}

function kindOf(status: number): ProviderErrorKind {
  if (status === 429) return 'rate-limited';
  // invalid_client is a 401, invalid_request and unauthorized_client a 400 (RFC 6749, section 5.2).
  return status === 400 || status === 401 || status === 403 ? 'bad-credentials' : 'unreachable';
}
