import { readFileSync } from 'node:fs';
import type { ConnectionOptions as TlsOptions } from 'node:tls';

/** Address and credentials of a database, in the names of `pg`. */
export interface DatabaseAddress {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** Undefined: no TLS. */
  ssl: TlsOptions | undefined;
  /** Session settings, in the format of PGOPTIONS. */
  options: string | undefined;
}

const DEFAULT_PORT = 5432;

/**
 * Parses `postgres://user:password@host:port/database?sslmode=…`. Also accepts the parameters `host`,
 * `options`, `sslrootcert`, `sslcert` and `sslkey`.
 * @throws Error that names the fault, never the password
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
  // The message of URL's own error contains its input, including the password.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new Error('The database URL must have the form postgres://user:password@host:5432/name');
  }
  return url;
}

/** TLS always verifies the certificate, also with `require`, as in `pg` 8. Only `no-verify` skips it. */
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
