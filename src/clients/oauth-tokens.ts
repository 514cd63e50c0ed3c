import { z } from 'zod';
import { ProviderError, type ProviderErrorKind } from '../errors/provider-error.js';
import type { BearerTokens } from './bearer-tokens.js';
import { parseJson, retryAfterOf } from './http-response.js';
import type { HttpResponse, HttpClient } from './http-client.js';

export interface OAuthCredentials {
  /** Name of the provider, for errors. */
  provider: string;
  keyId: string;
  keySecret: string;
}

interface CachedToken {
  value: string;
  /** On the clock of `performance.now()`. */
  staleAt: number;
}

const TOKEN_PATH = '/oauth2/token';
const LONGEST_MARGIN_MS = 60_000;

// RFC 6749, section 5.1. The token goes into a header: nothing that could end it.
const tokenResponse = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive().max(31_536_000).default(300),
});

/**
 * Access tokens by client credentials (RFC 6749, section 4.4): fetched once for however many callers wait, and again a
 * minute before they expire or when the server calls one expired. A failed fetch fails those who waited for it and
 * nobody else.
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
    return (await this.within(timeoutMs, this.fetching)).value;
  }

  /** A token that has been replaced meanwhile is not taken for the new one. */
  expired(token: string): boolean {
    if (this.cached?.value === token) this.cached = undefined;
    return true;
  }

  /** Each caller waits for as long as it has; the fetch goes on for those who have more. */
  private async within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.failure('unreachable')), timeoutMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async fetch(): Promise<CachedToken> {
    const askedAt = performance.now();
    const answer = await this.ask();
    if (answer.status !== 200) throw this.failure(kindOf(answer.status), answer);
    const parsed = tokenResponse.safeParse(parseJson(answer.text));
    if (!parsed.success) throw this.failure('unreachable', answer);
    const goodForMs = parsed.data.expires_in * 1000;
    const staleAt = askedAt + goodForMs - Math.min(LONGEST_MARGIN_MS, goodForMs / 10);
    this.cached = { value: parsed.data.access_token, staleAt };
    return this.cached;
  }

  /** Whatever becomes of a request for a token, no message was sent: its outcome is never unknown. */
  private async ask(): Promise<HttpResponse> {
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

  private failure(kind: ProviderErrorKind, answer?: HttpResponse): ProviderError {
    const retryAfterSeconds = answer && retryAfterOf(answer);
    return new ProviderError(this.credentials.provider, kind, {
      ...(answer && { httpStatus: answer.status }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }
}

function kindOf(status: number): ProviderErrorKind {
  if (status === 429) return 'rate-limited';
  // invalid_client is a 401, invalid_request and unauthorized_client a 400 (RFC 6749, section 5.2).
  return status === 400 || status === 401 || status === 403 ? 'bad-credentials' : 'unreachable';
}
