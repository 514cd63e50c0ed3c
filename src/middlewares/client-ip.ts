import { isIP } from 'node:net';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Request } from 'express';

/**
 * The client's address as Express derives it behind trusted proxies; the peer's address if that is
 * malformed.
 */
export function clientIp(req: Request): string {
  const derived = req.ip ?? '';
  return isIP(derived) > 0 ? derived : (req.socket.remoteAddress ?? 'unknown');
}

/** The key of per-address limits: the IPv4 address (also if IPv4-mapped), or the /64 of an IPv6 address. */
export function clientKey(req: Request): string {
  return ipKeyGenerator(clientIp(req), 64);
}
