import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { callbackify } from 'node:util';
import { Agent, type Dispatcher } from 'undici';
import { isReachableAddress } from '../domain/network-address.js';
import { HostResolver } from './host-resolver.js';

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
  /** DNS servers, `address:port`; by default those of the system. */
  dnsServers?: readonly string[];
  /** Certificates of authorities, in PEM format; by default those that Node trusts. */
  ca?: string;
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
const LOOKUP_TIMEOUT_MS = 3000;
const CONNECT_TIMEOUT_MS = 5000;
/** Wait for one of several addresses. */
const NEXT_ADDRESS_MS = 1000;
const KEEP_ALIVE_MS = 4000;

/**
 * Posts to URLs of strangers. Resolves the host itself, connects to those very addresses, follows no
 * redirects, uses no proxy, and reads at most 64 KiB of the answer.
 */
export class WebhookClient {
  private readonly agent: Agent;
  private readonly resolver: HostResolver;

  constructor(private readonly options: WebhookClientOptions) {
    const { ca, dnsServers: servers } = options;
    this.resolver = new HostResolver({
      timeoutMs: LOOKUP_TIMEOUT_MS,
      ...(servers && { servers }),
    });
    const find = callbackify((name: string) => this.addressesOf(name));
    this.agent = new Agent({
      connect: {
        timeout: CONNECT_TIMEOUT_MS,
        // Node connects to these addresses in turn. `callbackify` keeps errors of the socket out of the promise.
        lookup: (name, _options, done) => find(name, (error, addresses) => done(error, addresses)),
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
        ...(ca !== undefined && { ca }),
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
    const { origin, pathname, search, protocol, hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    // An address is not looked up.
    const isRefused = isIP(host) > 0 && !this.isAllowed(host);
    if (isRefused || (protocol !== 'https:' && !this.options.allowPrivate))
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
  private async addressesOf(host: string): Promise<LookupAddress[]> {
    const addresses = await this.resolver.resolve(host);
    if (addresses.length === 0 || !addresses.every((address) => this.isAllowed(address)))
      throw new WebhookError('address_refused');
    return addresses.map((address) => ({ address, family: isIP(address) }));
  }

  private isAllowed(address: string): boolean {
    return isReachableAddress(address, this.options.allowPrivate);
  }
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
