import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

const PATCHED = Symbol.for('proofline.tests.refuse-outside-connections');
const LOOPBACK_NAME = /^(localhost|(.+\.)?localhost|ip6-localhost|ip6-loopback)\.?$/i;

/** What code under test gets when it tries to leave this machine; the code is that of a closed port. */
export class OutsideConnectionError extends Error {
  readonly code = 'ECONNREFUSED';

  constructor(readonly host: string) {
    super(`Tests do not talk to other machines: a connection to ${host} was refused`);
    this.name = 'OutsideConnectionError';
  }
}

/** From here on every connection, look-up and datagram of this process that leaves the machine fails at once. */
export function refuseOutsideConnections(): void {
  const marked = net as unknown as Record<symbol, unknown>;
  // Test files share the process and its built-in modules.
  if (marked[PATCHED] === true) return;
  marked[PATCHED] = true;
  patchSockets();
  patchLookups();
  patchDatagrams();
}

/** Whether the name or address is this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.+)\]$/, '$1');
  switch (net.isIP(bare)) {
    case 4:
      return bare.startsWith('127.') || bare === '0.0.0.0';
    case 6:
      return /^(::1?|(::ffff:)127\..*)$/i.test(bare);
    default:
      return bare === '' || LOOPBACK_NAME.test(bare);
  }
}

function patchSockets(): void {
  // TLS sockets inherit this, and http, https, fetch and pg use one of the two.
  const prototype = net.Socket.prototype as unknown as {
    connect: (...given: unknown[]) => net.Socket;
  };
  const connect = prototype.connect;
  prototype.connect = function (this: net.Socket, ...given: unknown[]) {
    const host = hostOf(given);
    if (isLoopback(host)) return connect.apply(this, given);
    process.nextTick(() => this.destroy(new OutsideConnectionError(host)));
    return this;
  };
}

/** The forms of `connect`: options, (port, host), (path), or the array that node makes of them. */
function hostOf(given: unknown[]): string {
  const [first, second] = (Array.isArray(given[0]) ? given[0] : given) as unknown[];
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as { host?: unknown; path?: unknown };
    return typeof path === 'string' || typeof host !== 'string' ? '' : host;
  }
  const isPort = typeof first === 'number' || /^[0-9]+$/.test(String(first));
  return isPort && typeof second === 'string' ? second : '';
}

function patchLookups(): void {
  const lookup = dns.lookup as unknown as (...given: unknown[]) => unknown;
  const refusing = (host: unknown, ...more: unknown[]): unknown => {
    if (isLoopback(String(host))) return lookup(host, ...more);
    const callback = more.at(-1) as (error: Error) => void;
    process.nextTick(() => callback(new OutsideConnectionError(String(host))));
    return {};
  };
  Object.assign(dns, { lookup: refusing });
  const { lookup: promised } = dns.promises;
  Object.assign(dns.promises, {
    lookup: async (host: string, options: dns.LookupOptions) => {
      if (!isLoopback(host)) throw new OutsideConnectionError(host);
      return promised(host, options);
    },
  });
}

function patchDatagrams(): void {
  const prototype = dgram.Socket.prototype as unknown as { send: (...given: unknown[]) => void };
  const send = prototype.send;
  prototype.send = function (this: dgram.Socket, ...given: unknown[]) {
    const host = given.slice(1).find((value) => typeof value === 'string') ?? '';
    if (isLoopback(host)) send.apply(this, given);
    else throw new OutsideConnectionError(host);
  };
}
