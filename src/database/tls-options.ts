import { readFileSync } from 'node:fs';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { DatabaseUrlError } from './database-url-error.js';

export type { TlsOptions };

export interface TlsChoice {
  /** False: plain text. */
  ssl: TlsOptions | false;
  /** False: plain text, without `sslmode=disable`. */
  isChosen: boolean;
}

/** `ssl`, as `pg` reads it; other values of it are values of `sslmode`. */
const MODE_OF_SSL: Readonly<Record<string, string>> = {
  true: 'verify-full',
  1: 'verify-full',
  false: 'disable',
  0: 'disable',
};

/**
 * The TLS options that `sslmode` and its companions ask for. `require` verifies the certificate, as in `pg` 8;
 * with `uselibpqcompat=true` it means what it means in libpq. Ignored for Unix sockets, as in libpq.
 * @throws DatabaseUrlError for a mode that may fall back to plain text, and for an unknown one
 */
export function tlsOptions(parameters: URLSearchParams, host: string): TlsChoice {
  const mode = modeOf(parameters);
  const ssl = mode === undefined ? false : optionsOf(mode, parameters);
  // Plain text is a choice only when it is spelled out; `ssl=false` is a default of many generators.
  const isChosen = mode === 'disable' ? parameters.get('sslmode') === mode : mode !== undefined;
  return { ssl: host.startsWith('/') ? false : ssl, isChosen };
}

function modeOf(parameters: URLSearchParams): string | undefined {
  const ssl = parameters.get('ssl');
  const fromSsl = ssl === null ? undefined : (MODE_OF_SSL[ssl] ?? ssl);
  const mode = parameters.get('sslmode') ?? fromSsl;
  if (fromSsl !== undefined && (fromSsl === 'disable') !== (mode === 'disable')) {
    throw new DatabaseUrlError('ssl and sslmode contradict each other');
  }
  const hasCertificate = ['sslrootcert', 'sslcert', 'sslkey'].some((name) => parameters.has(name));
  return mode ?? (hasCertificate ? 'verify-full' : undefined);
}

function optionsOf(mode: string, parameters: URLSearchParams): TlsOptions | false {
  const certificates = certificatesOf(parameters);
  const verified = { ...certificates, rejectUnauthorized: true };
  const unverified = { ...certificates, rejectUnauthorized: false };
  const withoutName = { ...verified, checkServerIdentity: () => undefined };
  switch (mode) {
    case 'disable':
      return false;
    case 'no-verify':
      return unverified;
    case 'require':
      // libpq takes `system` with verify-full only, because unverified it would mean nothing.
      if (parameters.get('uselibpqcompat') !== 'true' || parameters.get('sslrootcert') === 'system')
        return verified;
      return certificates.ca === undefined ? unverified : withoutName;
    case 'verify-ca':
      // Any server has a certificate of some public authority.
      if (certificates.ca !== undefined) return withoutName;
      throw new DatabaseUrlError('sslmode=verify-ca needs sslrootcert, the file of your authority');
    case 'verify-full':
      return verified;
    case 'allow':
    case 'prefer':
      throw new DatabaseUrlError(
        `sslmode=${mode} may fall back to plain text and is not supported: use verify-full, or disable`,
      );
    default:
      throw new DatabaseUrlError(
        'sslmode (or ssl) must be disable, require, verify-ca, verify-full or no-verify',
      );
  }
}

function certificatesOf(parameters: URLSearchParams): TlsOptions {
  const files = { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' } as const;
  const options: TlsOptions = {};
  for (const [option, name] of Object.entries(files)) {
    const path = parameters.get(name);
    // `system` names the authorities that Node trusts anyway.
    if (path === null || (name === 'sslrootcert' && path === 'system')) continue;
    try {
      options[option as keyof typeof files] = readFileSync(path, 'utf8');
    } catch {
      throw new DatabaseUrlError(`the file of ${name} cannot be read`);
    }
  }
  return options;
}
