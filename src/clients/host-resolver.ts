import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

export interface HostResolverOptions {
  /** Of a whole look-up. */
  timeoutMs: number;
  /** DNS servers, `address:port`; by default those of the system. */
  servers?: readonly string[];
}

const HOSTS_FILE = '/etc/hosts';

/**
 * Resolves names without `getaddrinfo`, which takes one of libuv's four threads until a server answers, and so
 * delays password hashes. Knows `localhost` (RFC 6761) and the hosts file, but no search domains.
 */
export class HostResolver {
  /** One look-up a name at a time. */
  private readonly running = new Map<string, Promise<string[]>>();

  constructor(private readonly options: HostResolverOptions) {}

  /**
   * All addresses of a name, IPv4 first.
   * @throws the error of the DNS server, or ECANCELLED when the time is over
   */
  resolve(name: string): Promise<string[]> {
    const host = name.toLowerCase().replace(/\.$/, '');
    if (/(^|\.)localhost$/.test(host)) return Promise.resolve(['127.0.0.1', '::1']);
    const running = this.running.get(host);
    if (running) return running;
    const started = this.lookUp(host).finally(() => this.running.delete(host));
    this.running.set(host, started);
    return started;
  }

  private async lookUp(host: string): Promise<string[]> {
    const local = addressesIn(await readFile(HOSTS_FILE, 'utf8').catch(() => ''), host);
    return local.length > 0 ? local : this.ask(host);
  }

  /** One of the two questions may stay without an answer. */
  private async ask(host: string): Promise<string[]> {
    const { timeoutMs, servers } = this.options;
    const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / 3), tries: 2 });
    if (servers) resolver.setServers(servers);
    const timer = setTimeout(() => resolver.cancel(), timeoutMs);
    try {
      const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason;
      return [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Addresses of a name in the text of a hosts file (hosts(5)). */
export function addressesIn(hostsFile: string, host: string): string[] {
  return hostsFile.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return isIP(address) > 0 && names.some((name) => name.toLowerCase() === host) ? [address] : [];
  });
}
