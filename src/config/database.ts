import { isIPv6 } from 'node:net';
import { DatabaseUrlError } from '../database/database-url-error.js';
import { isLocalHost, parseDatabaseUrl } from '../database/database-url.js';
import type { Env } from './env.js';

/** The variables that lead to the database. */
export const DATABASE_VARIABLES = {
  DATABASE_URL: true,
  DB_HOST: true,
  DB_PORT: true,
  DB_NAME: true,
  DB_USER: true,
  DB_PASSWORD: true,
  DB_SSLMODE: true,
  DB_CONNECT_TIMEOUT_MS: true,
} as const;

export type DatabaseEnv = Pick<Env, keyof typeof DATABASE_VARIABLES>;

/** The URL of the database; undefined when none is configured. */
export function databaseUrl(env: DatabaseEnv): string | undefined {
  if (env.DATABASE_URL !== undefined || env.DB_HOST === undefined) return env.DATABASE_URL;
  const { DB_HOST: host, DB_PORT: port, DB_NAME = '', DB_USER = '', DB_PASSWORD = '' } = env;
  const isSocket = host.startsWith('/');
  const authority = isSocket
    ? ''
    : `${isIPv6(host) ? `[${host.replace('%', '%25')}]` : host}:${port}`;
  const credentials = [DB_USER, DB_PASSWORD].map(encodeURIComponent).join(':');
  const parameters = new URLSearchParams({
    ...(isSocket && { host, port: String(port) }),
    ...(env.DB_SSLMODE && { sslmode: env.DB_SSLMODE }),
  });
  const query = parameters.size > 0 ? `?${parameters.toString()}` : '';
  return `postgres://${credentials}@${authority}/${encodeURIComponent(DB_NAME)}${query}`;
}

/** What is wrong with the variables of the database. Each fault names the variable to change. */
export function databaseFaults(env: DatabaseEnv, isProduction: boolean): string[] {
  const url = databaseUrl(env);
  if (url === undefined) {
    return isProduction
      ? [
          'DATABASE_URL (or DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD): must be set in production',
        ]
      : [];
  }
  const usesParts = env.DATABASE_URL === undefined;
  const missing = (['DB_NAME', 'DB_USER'] as const).filter((name) => env[name] === undefined);
  if (usesParts && missing.length > 0) {
    return missing.map((name) => `${name}: must be set together with DB_HOST`);
  }
  try {
    const { host, choosesTls } = parseDatabaseUrl(url);
    if (!isProduction || choosesTls || isLocalHost(host)) return [];
    const [variable, parameter] = usesParts ? ['DB_SSLMODE', ''] : ['DATABASE_URL', 'sslmode='];
    return [
      `${variable}: must say ${parameter}verify-full, require or no-verify in production, or ${parameter}disable for plain text`,
    ];
  } catch (error) {
    if (error instanceof DatabaseUrlError) return [error.message];
    throw error;
  }
}
