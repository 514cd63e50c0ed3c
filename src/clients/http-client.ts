import type { IncomingHttpHeaders } from 'node:http';
import {
  Axios,
  type AxiosAdapter,
  type AxiosRequestConfig,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { Pool } from 'undici';
import { ProviderError } from '../errors/provider-error.js';
import { Exchange, ResponseTooLargeError, type WholeResponse } from './exchange.js';

export interface HttpClientOptions {
  provider: string;
  /** Without a trailing slash. */
  baseUrl: string;
  /** Deadline of a whole call: connect, send, wait and read. Connecting may take 40 % of it. */
  timeoutMs: number;
}

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT';
  /** Path below the base URL, with ids already encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** The rest of a deadline over several calls; the client's own `timeoutMs` still applies. */
  timeoutMs?: number;
}

export interface HttpResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

interface ExchangeConfig extends AxiosRequestConfig {
  exchange: Exchange;
}

const MAX_RESPONSE_BYTES = 64 * 1024;
// Below the idle timeout of common load balancers: a request on a socket that the server has just closed
// would have an unknown outcome.
const KEEP_ALIVE_MS = 4000;
// Leaves time for another provider when no connection can be made.
const CONNECT_SHARE = 0.4;

/**
 * Calls one provider. Never follows redirects, uses environment proxies, leaves the base URL or repeats a
 * call. Every HTTP status is a response.
 * @throws ProviderError `unreachable` if the request was certainly not sent whole, `timeout-unknown` if it
 * was sent without a whole response, `bad-response` if the response is too large
 */
export class HttpClient {
  private readonly basePath: string;
  private readonly pool: Pool;
  private readonly axios: Axios;

  constructor(private readonly options: HttpClientOptions) {
    const { origin, pathname } = new URL(options.baseUrl);
    this.basePath = pathname.replace(/\/$/, '');
    this.pool = new Pool(origin, {
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: options.timeoutMs },
    });
    // Not `axios.create()`: merging its browser defaults takes half the time of a call.
    this.axios = new Axios({ adapter: undiciAdapter(this.pool, this.basePath) });
  }

  /** The path that the server sees, which signatures cover. */
  pathOf(path: string): string {
    return this.basePath + path.replace(/\?.*$/, '');
  }

  async send(call: HttpCall): Promise<HttpResponse> {
    const timeoutMs = Math.min(this.options.timeoutMs, call.timeoutMs ?? Infinity);
    const exchange = new Exchange({
      headers: { accept: 'application/json', 'accept-encoding': 'identity', ...call.headers },
      timeoutMs,
      connectTimeoutMs: timeoutMs * CONNECT_SHARE,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    const config: ExchangeConfig = {
      method: call.method,
      url: call.path,
      exchange,
      ...(call.body !== undefined && { data: call.body }),
    };
    try {
      const { data }: AxiosResponse<WholeResponse> = await this.axios.request(config);
      return data;
    } catch (error) {
      throw this.toProviderError(error, exchange.started);
    }
  }

  close(): void {
    void this.pool.destroy();
  }

  /** Drops the original error, which contains credentials and the code. */
  private toProviderError(error: unknown, started: boolean): ProviderError {
    const { provider } = this.options;
    if (error instanceof ResponseTooLargeError) return new ProviderError(provider, 'bad-response');
    return new ProviderError(provider, started ? 'timeout-unknown' : 'unreachable');
  }
}

/**
 * Sends axios requests with undici, which takes half the time of Node's client. Headers bypass axios, which
 * would process each of them several times.
 */
function undiciAdapter(pool: Pool, basePath: string): AxiosAdapter {
  return async (config): Promise<AxiosResponse<WholeResponse>> => {
    const {
      method = '',
      url = '',
      exchange,
    } = config as InternalAxiosRequestConfig & ExchangeConfig;
    const body = (config.data as string | undefined) ?? null;
    pool.dispatch(
      {
        method: method.toUpperCase(),
        path: basePath + url,
        body,
        headers: exchange.headers,
      },
      exchange,
    );
    const data = await exchange.response;
    return { data, status: data.status, statusText: '', headers: {}, config };
  };
}
