import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import https, { type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { ProviderError } from '../errors/provider-error.js';

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

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const LARGEST_ANSWER_BYTES = 64 * 1024;
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
  private readonly agents = {
    httpAgent: new http.Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS }),
    httpsAgent: new https.Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS }),
  };
  private readonly axios: AxiosInstance;

  constructor(private readonly options: HttpClientOptions) {
    this.axios = axios.create({
      ...this.agents,
      baseURL: options.baseUrl,
      allowAbsoluteUrls: false,
      maxRedirects: 0,
      proxy: false,
      decompress: false,
      responseType: 'text',
      transformRequest: [(body: unknown) => body],
      transformResponse: [(text: unknown) => text],
      maxContentLength: LARGEST_ANSWER_BYTES,
      validateStatus: () => true,
    });
  }

  /** The path that the server sees, which signatures cover. */
  pathOf(path: string): string {
    return new URL(this.options.baseUrl + path).pathname;
  }

  async send(call: HttpCall): Promise<HttpAnswer> {
    const { baseUrl } = this.options;
    const timeoutMs = Math.min(this.options.timeoutMs, call.timeoutMs ?? Infinity);
    const connection = new ConnectionWatch(baseUrl, timeoutMs * CONNECT_SHARE);
    try {
      const response: AxiosResponse<string> = await this.axios.request({
        method: call.method,
        url: call.path,
        headers: { accept: 'application/json', 'accept-encoding': 'identity', ...call.headers },
        ...(call.body !== undefined && { data: call.body }),
        transport: connection,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const headers = response.headers as IncomingHttpHeaders;
      return { status: response.status, headers, text: response.data };
    } catch (error) {
      throw this.translate(error, connection.established);
    }
  }

  /** Ends idle connections. */
  close(): void {
    this.agents.httpAgent.destroy();
    this.agents.httpsAgent.destroy();
  }

  /** Keeps nothing of the axios error: it holds the credentials and the code. */
  private translate(error: unknown, established: boolean): ProviderError {
    const { provider } = this.options;
    if (axios.isAxiosError(error) && error.message.includes('maxContentLength')) {
      return new ProviderError(provider, 'bad-response');
    }
    return new ProviderError(provider, established ? 'timeout-unknown' : 'unreachable');
  }
}

/**
 * The transport of one call, which watches whether a connection (secured, for TLS) was ever there. Before that not
 * a byte of the request can have reached anybody; from then on nobody knows.
 */
class ConnectionWatch {
  established = false;
  private readonly secure: boolean;

  constructor(
    baseUrl: string,
    private readonly timeoutMs: number,
  ) {
    this.secure = baseUrl.startsWith('https:');
  }

  request(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest {
    const request = (this.secure ? https : http).request(options, onAnswer);
    request.once('socket', (socket) => {
      const ready = this.secure
        ? socket instanceof TLSSocket && socket.authorized
        : !socket.connecting;
      if (ready) this.established = true;
      else this.await(request, socket);
    });
    return request;
  }

  private await(request: ClientRequest, socket: Socket): void {
    const late = setTimeout(() => request.destroy(new Error('no connection')), this.timeoutMs);
    request.once('close', () => clearTimeout(late));
    socket.once(this.secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(late);
      this.established = true;
    });
  }
}
