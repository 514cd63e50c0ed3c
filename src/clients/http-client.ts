import type { IncomingHttpHeaders } from 'node:http';
import { Axios, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { Pool } from 'undici';
import { ProviderError } from '../errors/provider-error.js';
import { ResponseTooLargeError, Exchange, type WholeResponse } from './exchange.js';

export interface HttpClientOptions {
  /** Name of the provider, for errors. */
  provider: string;
  /** Without a trailing slash. */
  baseUrl: string;
  /** One deadline over the whole call: connect, send, wait and read. A connection has to be there after two fifths of it. */
  timeoutMs: number;
}

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT';
  /** Path below the base address; ids in it are already encoded. */
  path: string;
  headers?: Record<string, string>;
  /** The exact bytes to send: signatures are made over them. */
  body?: string;
  /** What is left of a deadline over several calls; never more than the client's own. */
  timeoutMs?: number;
}

export interface HttpResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const MAX_RESPONSE_BYTES = 64 * 1024;
// Shorter than the idle time of common load balancers: a socket that the other side has just closed would
// turn a harmless refusal into an outcome that nobody knows.
const IDLE_SOCKET_MS = 4000;
// Of the deadline, for the connection: somebody else can still be asked in time when there is none.
const CONNECT_SHARE = 0.4;

/**
 * The only way out to a provider. Never follows a redirect, uses an environment proxy, leaves the base
 * address or repeats a call.
 *
 * Throws `ProviderError`: `unreachable` when the request certainly did not leave whole, `timeout-unknown` when it left
 * and no whole answer came, `bad-response` for an answer that is too large. Every HTTP status is an answer.
 */
export class HttpClient {
  private readonly basePath: string;
  private readonly pool: Pool;
  // Not `axios.create()`: its defaults are about browsers, forms and other adapters, and merging them takes half of a call.
  private readonly axios = new Axios({});

  constructor(private readonly options: HttpClientOptions) {
    const { origin, pathname } = new URL(options.baseUrl);
    this.basePath = pathname.replace(/\/$/, '');
    this.pool = new Pool(origin, {
      pipelining: 1,
      keepAliveTimeout: IDLE_SOCKET_MS,
      keepAliveMaxTimeout: IDLE_SOCKET_MS,
      // Every call has a deadline of its own, which is no longer.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: options.timeoutMs },
    });
  }

  /** The path that the server sees, which signatures cover. */
  pathOf(path: string): string {
    return this.basePath + path.replace(/\?.*$/, '');
  }

  async send(call: HttpCall): Promise<HttpResponse> {
    const timeoutMs = Math.min(this.options.timeoutMs, call.timeoutMs ?? Infinity);
    const connectMs = timeoutMs * CONNECT_SHARE;
    const maxResponseBytes = MAX_RESPONSE_BYTES;
    const exchange = new Exchange({ timeoutMs, connectMs, maxResponseBytes });
    const headers = { accept: 'application/json', 'accept-encoding': 'identity', ...call.headers };
    try {
      const { data }: AxiosResponse<WholeResponse> = await this.axios.request({
        method: call.method,
        url: call.path,
        ...(call.body !== undefined && { data: call.body }),
        adapter: (config) => this.carryOut(config, headers, exchange),
      });
      return data;
    } catch (error) {
      throw this.translate(error, exchange.begun);
    }
  }

  /** Ends idle connections. */
  close(): void {
    void this.pool.destroy();
  }

  /**
   * The adapter of axios. Node's own client takes twice as much time, for agents and streams that nobody needs here. Headers
   * pass axios by, there and back: it would look at every one of them several times.
   */
  private async carryOut(
    config: InternalAxiosRequestConfig,
    headers: Record<string, string>,
    exchange: Exchange,
  ): Promise<AxiosResponse<WholeResponse>> {
    const { method = '', url = '' } = config;
    const body = config.data as string | undefined;
    const request = { method: method.toUpperCase(), path: this.basePath + url, body: body ?? null };
    this.pool.dispatch({ ...request, headers }, exchange);
    const data = await exchange.answer;
    return { data, status: data.status, statusText: '', headers: {}, config };
  }

  /** Keeps nothing of the error: it holds the credentials and the code. */
  private translate(error: unknown, begun: boolean): ProviderError {
    const { provider } = this.options;
    if (error instanceof ResponseTooLargeError) return new ProviderError(provider, 'bad-response');
    return new ProviderError(provider, begun ? 'timeout-unknown' : 'unreachable');
  }
}
