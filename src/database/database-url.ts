import { isIP } from 'node:net';
import { DatabaseUrlError } from './database-url-error.js';
import { tlsOptions, type TlsOptions } from './tls-options.js';

/** Address and credentials of a database, in the names of `pg`. */
export interface DatabaseAddress {
  /** Name, IP address, or directory of a Unix socket. */
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** False: plain text. */
  ssl: TlsOptions | false;
  /** Whether the URL chooses plain text or TLS, instead of leaving it to the default. */
  choosesTls: boolean;
  enableChannelBinding: boolean;
  /** Undefined: the name of this service. */
  applicationName: string | undefined;
  /** Session settings, in the format of PGOPTIONS. */
  options: string | undefined;
}

const DEFAULT_PORT = 5432;
const FORM =
  /^postgres(?:ql)?:\/\/(?:(?<userinfo>[^/?#]*)@)?(?<authority>[^/?#@]*)(?:\/(?<path>[^/?#@]*))?(?:\?(?<query>[^#@]*))?$/;
const HOST_AND_PORT = /^(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>.*))?$/;
/** Parameters of libpq and `pg` that are honoured. */
const PARAMETERS: ReadonlySet<string> = new Set(
  (
    'host port dbname user password options application_name target_session_attrs channel_binding ' +
    'ssl sslmode sslrootcert sslcert sslkey uselibpqcompat'
  ).split(' '),
);

/**
 * Parses `postgres://user:password@host:port/database?sslmode=…` as libpq does. Refuses what it would
 * otherwise ignore: several hosts, and parameters that are not supported.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 * @throws DatabaseUrlError
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const {
    userinfo = '',
    authority = '',
    path = '',
    query = '',
  } = FORM.exec(text)?.groups ?? refuseForm();
  const parameters = parametersOf(query);
  const { host: urlHost = '', port: urlPort = '' } = HOST_AND_PORT.exec(authority)?.groups ?? {};
  const [urlUser = '', ...passwordParts] = userinfo.split(':');
  const user = parameters.get('user') ?? decode(urlUser);
  const host = hostOf(parameters.get('host') ?? decode(urlHost), authority);
  const { ssl, isChosen } = tlsOptions(parameters, host);
  return {
    host,
    port: portOf(parameters.get('port') ?? urlPort),
    database: parameters.get('dbname') ?? (decode(path) || user),
    user,
    password: parameters.get('password') ?? decode(passwordParts.join(':')),
    ssl,
    choosesTls: isChosen,
    enableChannelBinding: bindsChannel(parameters, ssl),
    applicationName: parameters.get('application_name') ?? undefined,
    options: parameters.get('options') ?? undefined,
  };
}

/** The same server and credentials with another database. */
export function withDatabase(url: string, database: string): string {
  const [, before = '', query = ''] =
    /^([^?]*?:\/\/[^/?]*)(?:\/[^?]*)?(\?.*)?$/.exec(url) ?? refuseForm();
  return `${before}/${encodeURIComponent(database)}${query}`;
}

/** Whether connections to this host stay on this machine. */
export function isLocalHost(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '::1' ||
    host.startsWith('/') ||
    /^127(\.[0-9]{1,3}){3}$/.test(host)
  );
}

/** An IPv6 address without its brackets. */
export function bareHost(host: string): string {
  return host.replace(/^\[([0-9A-Za-z:.%]+)\]$/, '$1');
}

/** A host name, an IP address or the directory of a Unix socket. */
export function isHost(host: string): boolean {
  return host.startsWith('/') || isIP(host) !== 0 || /^[\p{L}\p{N}._-]+$/u.test(host);
}

function refuseForm(): never {
  throw new DatabaseUrlError(
    'must be a URL such as postgres://user:password@host:5432/database; in its parts, write @ : / ? # % and spaces as %40 %3A %2F %3F %23 %25 %20',
  );
}

function parametersOf(query: string): URLSearchParams {
  decode(query);
  const parameters = new URLSearchParams(query);
  for (const name of new Set(parameters.keys())) {
    const isName = /^[a-z_]{2,40}$/.test(name);
    if (!PARAMETERS.has(name)) {
      throw new DatabaseUrlError(
        isName
          ? `the parameter ${name} is not supported${adviceOn(name)}`
          : 'has an unknown parameter',
      );
    }
    if (parameters.getAll(name).length > 1)
      throw new DatabaseUrlError(`has the parameter ${name} twice`);
  }
  if ((parameters.get('target_session_attrs') ?? 'any') !== 'any') {
    throw new DatabaseUrlError(
      'target_session_attrs is not supported: use one address that follows the primary',
    );
  }
  return parameters;
}

function adviceOn(name: string): string {
  return name === 'connect_timeout' ? ': set DB_CONNECT_TIMEOUT_MS' : '';
}

function hostOf(text: string, authority: string): string {
  if (text.includes(',') || authority.includes(',')) {
    throw new DatabaseUrlError(
      'several hosts are not supported: use one address that follows the primary',
    );
  }
  const host = bareHost(text) || 'localhost';
  if (!isHost(host)) {
    throw new DatabaseUrlError(
      'the host must be a name, an IP address (IPv6 in brackets) or the directory of a socket',
    );
  }
  return host;
}

function portOf(text: string): number {
  if (text === '') return DEFAULT_PORT;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new DatabaseUrlError(
    'the port must be from 1 to 65535 (write IPv6 addresses in brackets, and special characters of a password as %XX), as in postgres://user:password@host:5432/database',
  );
}

/** Binds the login to the TLS connection when the server offers it, as the certificate is verified anyway. */
function bindsChannel(parameters: URLSearchParams, ssl: TlsOptions | false): boolean {
  const binding = parameters.get('channel_binding') ?? 'prefer';
  if (!['disable', 'prefer', 'require'].includes(binding)) {
    throw new DatabaseUrlError('channel_binding must be disable, prefer or require');
  }
  if (binding === 'require' && (ssl === false || ssl.rejectUnauthorized === false)) {
    throw new DatabaseUrlError('channel_binding=require needs sslmode=verify-full');
  }
  return binding === 'require';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuseForm();
  }
}
