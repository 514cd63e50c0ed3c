import { isIP } from 'node:net';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Request } from 'express';

/**
 * The client's address: the one that Express derives behind trusted proxies, unless a proxy passed something
 * on that is no address at all. Then it is the peer's.
 */
export function clientIp(req: Request): string {
  const claimed = req.ip ?? '';
  return isIP(claimed) > 0 ? claimed : (req.socket.remoteAddress ?? 'unknown');
}

/** The key of per-address limits: an IPv4 address (also when written as IPv6), or the /64 of an IPv6 one. */
export function clientKey(req: Request): string {
  return ipKeyGenerator(clientIp(req), 64);
}
