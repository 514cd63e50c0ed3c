import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { isReachableAddress } from '../domain/network-address.js';

export interface WebhookRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Ends the request early. */
  signal: AbortSignal;
}

/** What a receiver answered. `text` is the beginning of its body. */
export interface WebhookAnswer {
  status: number;
  retryAfter: string | undefined;
  text: string;
}

export interface WebhookClientOptions {
  /** Allows http, loopback and private networks. */
  allowPrivate: boolean;
  /** From the wait for a connection to the last byte. */
  timeoutMs: number;
}

export type WebhookFault = 'address_refused' | 'timeout' | 'connection_failed';

/** No answer came. */
export class WebhookError extends Error {
  constructor(readonly fault: WebhookFault) {
    super(fault);
    this.name = 'WebhookError';
  }
}

const MAX_ANSWER_BYTES = 64 * 1024;
const KEPT_BYTES = 1024;
const CONNECT_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 4000;

const lookup = promisify(resolve) as (
  host: string,
  options: { all: true },
) => Promise<LookupAddress[]>;

/**
 * Posts to URLs of strangers. Resolves the host itself, connects to that very address, follows no redirects,
 * uses no proxy, and reads at most 64 KiB of the answer.
 */
export class WebhookClient {
  private readonly agent: Agent;
  /** Lookups in progress. One per name, because each takes a thread, of which Node has four. */
  private readonly lookups = new Map<string, Promise<LookupAddress[]>>();

  constructor(private readonly options: WebhookClientOptions) {
    const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
    this.agent = new Agent({
      connect: (target, done) => {
        this.addressOf(target.hostname).then(
          (address) => connect({ ...target, hostname: address, ...nameFor(target) }, done),
          (error: unknown) => done(error as Error, null),
        );
      },
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** @throws WebhookError when no answer came in time, or the address is refused */
  async post({ url, headers, body, signal }: WebhookRequest): Promise<WebhookAnswer> {
    const { origin, pathname, search, protocol } = new URL(url);
    if (protocol !== 'https:' && !this.options.allowPrivate)
      throw new WebhookError('address_refused');
    const late = AbortSignal.timeout(this.options.timeoutMs);
    try {
      const response = await this.agent.request({
        origin,
        path: pathname + search,
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.any([late, signal]),
      });
      const retryAfter = response.headers['retry-after'];
      return {
        status: response.statusCode,
        retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
        text: await beginningOf(response.body),
      };
    } catch (error) {
      if (error instanceof WebhookError) throw error;
      throw new WebhookError(late.aborted ? 'timeout' : 'connection_failed');
    }
  }

  /** Ends requests in progress and closes idle connections. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  /** All addresses of the host must be allowed, so that no attempt depends on their order. */
  private async addressOf(hostname: string): Promise<string> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const addresses =
      isIP(host) > 0 ? [host] : (await this.lookUp(host)).map(({ address }) => address);
    const [first] = addresses;
    const isAllowed = (address: string) => isReachableAddress(address, this.options.allowPrivate);
    if (first === undefined || !addresses.every(isAllowed))
      throw new WebhookError('address_refused');
    return first;
  }

  private lookUp(host: string): Promise<LookupAddress[]> {
    const running = this.lookups.get(host);
    if (running) return running;
    const started = lookup(host, { all: true }).finally(() => this.lookups.delete(host));
    this.lookups.set(host, started);
    return started;
  }
}

/** The certificate must be that of the name, not of the address. */
function nameFor({ hostname, servername }: buildConnector.Options): { servername?: string } {
  const name = servername ?? hostname;
  return isIP(name.replace(/^\[|\]$/g, '')) > 0 ? {} : { servername: name };
}

/** The status has decided already, so an answer that is too long or too slow is cut. */
function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const kept: Buffer[] = [];
  let readBytes = 0;
  return new Promise((resolve) => {
    // Postgres stores no null characters.
    const finish = () => resolve(Buffer.concat(kept).toString('utf8').replaceAll('\0', ''));
    body.on('data', (chunk: Buffer) => {
      if (readBytes < KEPT_BYTES) kept.push(chunk.subarray(0, KEPT_BYTES - readBytes));
      readBytes += chunk.length;
      if (readBytes < MAX_ANSWER_BYTES) return;
      finish();
      body.destroy();
    });
    body.once('end', finish);
    // The connection was closed, or the time is over.
    body.on('error', finish);
  });
}
