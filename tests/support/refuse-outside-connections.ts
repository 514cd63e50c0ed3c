import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

const PATCHED = Symbol.for('proofline.tests.refuse-outside-connections');
const LOOPBACK_NAME = /^(localhost|(.+\.)?localhost|ip6-localhost|ip6-loopback)\.?$/i;

/** Thrown when a test connects to another host; the code is that of a closed port. */
export class OutsideConnectionError extends Error {
  readonly code = 'ECONNREFUSED';

  constructor(readonly host: string) {
    super(`Tests may not connect to other hosts: a connection to ${host} was refused`);
    this.name = 'OutsideConnectionError';
  }
}

/** Makes every connection, lookup and datagram of this process to another host fail at once. */
export function refuseOutsideConnections(): void {
  const marked = net as unknown as Record<symbol, unknown>;
  // Test files share the process and its built-in modules, so patch them once.
  if (marked[PATCHED] === true) return;
  marked[PATCHED] = true;
  patchSockets();
  patchLookups();
  patchDatagrams();
}

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
  const prototype = net.Socket.prototype as unknown as {
    connect: (...args: unknown[]) => net.Socket;
  };
  const connect = prototype.connect;
  prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const host = hostOf(args);
    const options = optionsOf(args);
    if (options?.lookup) options.lookup = onlyLoopback(options.lookup);
    if (isLoopback(host) || (options?.lookup && net.isIP(host) === 0))
      return connect.apply(this, args);
    process.nextTick(() => this.destroy(new OutsideConnectionError(host)));
    return this;
  };
}

function optionsOf(args: unknown[]): net.TcpSocketConnectOpts | undefined {
  const [first] = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
  return typeof first === 'object' && first !== null
    ? (first as net.TcpSocketConnectOpts)
    : undefined;
}

/** Node looks no address up, and a socket with its own look-up connects to what that finds. */
function onlyLoopback(lookup: net.LookupFunction): net.LookupFunction {
  return (host, options, done) =>
    lookup(host, options, (error, found) => {
      if (error) {
        done(error, found);
        return;
      }
      const addresses = [found].flat().map((one) => (typeof one === 'string' ? one : one.address));
      const outside = addresses.find((address) => !isLoopback(address));
      done(outside === undefined ? null : new OutsideConnectionError(outside), found);
    });
}

/** The forms of `connect`: options, (port, host), (path), or the normalised array of node. */
function hostOf(args: unknown[]): string {
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as { host?: unknown; path?: unknown };
    return typeof path === 'string' || typeof host !== 'string' ? '' : host;
  }
  const isPort = typeof first === 'number' || /^[0-9]+$/.test(String(first));
  return isPort && typeof second === 'string' ? second : '';
}

function patchLookups(): void {
  const lookup = dns.lookup as unknown as (...args: unknown[]) => unknown;
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
  const resolver = dns.promises.Resolver.prototype as unknown as Record<
    string,
    (this: dns.promises.Resolver, ...args: unknown[]) => Promise<unknown>
  >;
  for (const method of ['resolve4', 'resolve6']) {
    const resolve = resolver[method];
    resolver[method] = async function (...args) {
      const servers = this.getServers().map((server) => server.replace(/:[0-9]+$/, ''));
      if (!servers.every(isLoopback)) throw new OutsideConnectionError(String(args[0]));
      return resolve?.apply(this, args);
    };
  }
}

function patchDatagrams(): void {
  const prototype = dgram.Socket.prototype as unknown as { send: (...args: unknown[]) => void };
  const send = prototype.send;
  prototype.send = function (this: dgram.Socket, ...args: unknown[]) {
    const host = args.slice(1).find((value) => typeof value === 'string') ?? '';
    if (isLoopback(host)) send.apply(this, args);
    else throw new OutsideConnectionError(host);
  };
}
