import { isIP } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Logger } from '../observability/logger.js';
import { callerOf } from './caller.js';

const HEADER = 'x-forwarded-for';
const LOG_INTERVAL_MS = 60_000;
const MAX_LOGGED_LENGTH = 64;
/** `a.b.c.d:port`, `[v6]` or `[v6]:port`; a port may be obfuscated (RFC 7239, section 6.3). */
const WITH_PORT = /^(?:\[([^[\]]+)\]|([0-9.]+))(?::(?:[0-9]{1,5}|_[\w.-]+))?$/;

/**
 * The client's address as Express derives it behind trusted proxies; the peer's address if that is
 * malformed.
 */
export function clientIp(req: Request): string {
  const derived = req.ip ?? '';
  return isIP(derived) > 0 ? derived : (req.socket.remoteAddress ?? 'unknown');
}

/** The IPv4 address of a client (also if IPv4-mapped), or the /64 of its IPv6 address. */
export function clientKey(req: Request): string {
  return ipKeyGenerator(clientIp(req), 64);
}

/** A block of addresses that a per-address limit counts together, and the multiple of the limit it may use. */
export interface AddressBlock {
  key: string;
  factor: number;
}

/** A network is given a /64, a /56 or a /48, and can use any address in it. */
export const IPV6_BLOCKS = [
  { bits: 64, factor: 1 },
  { bits: 56, factor: 4 },
  { bits: 48, factor: 16 },
];

/**
 * The blocks that per-address limits count for a request, the smallest first: one for IPv4, three for IPv6.
 * A stranger or page counts over all applications, or an address had as many limits as it knows keys. A
 * backend's request counts for the end user whose address it names, or for none; within its application,
 * because other backends name addresses as they like.
 */
export function addressBlocks(req: Request, res: Response): AddressBlock[] {
  const caller = callerOf(res);
  if (caller.kind === 'operator') return [];
  const isBackend = caller.kind === 'secret';
  const address = isBackend ? namedAddress(req.body) : clientIp(req);
  if (address === undefined) return [];
  const owner = isBackend ? `${caller.applicationId}|` : '';
  const keyOf = (bits: number) => owner + ipKeyGenerator(address, bits);
  const isOne = keyOf(64) === keyOf(48);
  return IPV6_BLOCKS.slice(0, isOne ? 1 : undefined).map(({ bits, factor }) => ({
    key: keyOf(bits),
    factor,
  }));
}

/** The end user's address in a validated body. */
function namedAddress(body: unknown): string | undefined {
  return (body as { client?: { ip: string } } | undefined)?.client?.ip;
}

/**
 * Reduces every hop of `X-Forwarded-For` to its address, so that Express also recognises proxies and clients
 * that are written with a port. Logs once a minute when the client's hop contains no address.
 */
export function forwardedFor(logger: Logger, now = () => performance.now()): RequestHandler {
  let loggedAt = -Infinity;
  return (req, _res, next) => {
    const header = req.headers[HEADER];
    if (typeof header === 'string') {
      req.headers[HEADER] = header
        .split(',')
        .map((hop) => hopAddress(hop) ?? hop)
        .join(',');
      const { ip } = req;
      if (ip !== undefined && isIP(ip) === 0 && now() >= loggedAt + LOG_INTERVAL_MS) {
        loggedAt = now();
        logger.warn('http.client_address_unknown', { errorMessage: describe(ip) });
      }
    }
    next();
  };
}

/** The address of one hop, without quotes, port and zone; undefined if there is none. */
export function hopAddress(hop: string): string | undefined {
  const text = hop.trim().replace(/^"(.*)"$/, '$1');
  const [, v6, v4] = WITH_PORT.exec(text) ?? [];
  const address = v6 ?? v4 ?? text;
  return isIP(address) > 0 ? address.replace(/%.*$/, '') : undefined;
}

/** Masks digits, because a caller may have written a phone number. */
function describe(hop: string): string {
  const shape = hop.slice(0, MAX_LOGGED_LENGTH).replace(/\d/g, 'x');
  return `X-Forwarded-For has "${shape}" (digits masked) in place of an address; the client counts as its proxy`;
}
