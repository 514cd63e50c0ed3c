import { readFileSync } from 'node:fs';
import type { ConnectionOptions as TlsOptions } from 'node:tls';

/** Where a database is and who we are there, in the names that `pg` uses. */
export interface DatabaseAddress {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** Undefined: no TLS. */
  ssl: TlsOptions | undefined;
  /** Settings of the session, as `psql` takes them in PGOPTIONS. */
  options: string | undefined;
}

const DEFAULT_PORT = 5432;

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`. `host`, `options`, `sslrootcert`, `sslcert`
 * and `sslkey` may be given as parameters.
 * @throws Error naming what is wrong, never the password.
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const url = parse(text);
  const parameter = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const user = decodeURIComponent(url.username);
  return {
    host: parameter('host') ?? (url.hostname.replace(/^\[(.+)\]$/, '$1') || 'localhost'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    user,
    password: decodeURIComponent(url.password),
    ssl: tlsOptions(url.searchParams),
    options: parameter('options'),
  };
}

/** The same server and credentials with another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

function parse(text: string): URL {
  // The message of URL's own error repeats its input, password included.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new Error('The database URL is not of the form postgres://user:password@host:5432/name');
  }
  return url;
}

/**
 * A server that is asked for TLS must show a certificate that holds, also with `require`, as `pg` 8 does;
 * `no-verify` encrypts without knowing to whom.
 */
function tlsOptions(parameters: URLSearchParams): TlsOptions | undefined {
  const mode =
    parameters.get('sslmode') ?? (parameters.get('ssl') === 'true' ? 'verify-full' : 'disable');
  switch (mode) {
    case 'disable':
      return undefined;
    case 'no-verify':
      return { rejectUnauthorized: false };
    case 'prefer':
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return { rejectUnauthorized: true, ...certificates(parameters) };
    default:
      throw new Error(
        'sslmode of the database URL must be disable, require, verify-ca, verify-full or no-verify',
      );
  }
}

function certificates(parameters: URLSearchParams): TlsOptions {
  const files = { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' } as const;
  const options: TlsOptions = {};
  for (const [option, name] of Object.entries(files)) {
    const path = parameters.get(name);
    if (path !== null) options[option as keyof typeof files] = readFileSync(path, 'utf8');
  }
  return options;
}
