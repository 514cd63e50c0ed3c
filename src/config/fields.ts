import { isIP } from 'node:net';
import { z } from 'zod';
import { bareHost, isLocalHost } from '../database/database-url.js';
import { parseLimits, type Limit } from '../domain/limit.js';

export function integer(minimum: number, maximum: number, fallback: number) {
  return wholeNumber(minimum, maximum).default(fallback);
}

export function optionalInteger(minimum: number, maximum: number) {
  return wholeNumber(minimum, maximum).optional();
}

function wholeNumber(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^[0-9]{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= minimum && n <= maximum, `must be from ${minimum} to ${maximum}`);
}

export function integerOrOff(maximum: number, fallback: number) {
  return z
    .string()
    .regex(/^([0-9]{1,9}|off)$/, 'must be a whole number or off')
    .transform((text) => (text === 'off' ? 0 : Number(text)))
    .refine((n) => n <= maximum, `must be from 0 to ${maximum}, or off`)
    .default(fallback);
}

const trueOrFalse = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((v) => v === 'true');

export function flag(fallback: boolean) {
  return trueOrFalse.default(fallback);
}

export function optionalFlag() {
  return trueOrFalse.optional();
}

const limitList = z.string().transform((text, context): Limit[] => {
  const parsed = parseLimits(text);
  if (parsed) return parsed;
  context.addIssue('must be off or count/window, such as 5/1h or 5/1h,10/24h (s, m, h, d)');
  return z.NEVER;
});

export function limits(fallback: string) {
  return limitList.default(parseLimits(fallback) ?? []);
}

export function optionalLimits() {
  return limitList.optional();
}

export function list(check: (item: string) => boolean, message: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .refine((items) => items.every(check), message);
}

/** A list of known names, each at most once. */
export function nameList<Name extends string>(known: readonly Name[]) {
  const isKnown = (name: string): name is Name => known.some((each) => each === name);
  return list(isKnown, `known: ${known.join(', ')}`)
    .refine((names) => new Set(names).size === names.length, 'names a provider twice')
    .transform((names) => names.filter(isKnown));
}

/**
 * An https URL without credentials, query or fragment; http is allowed on loopback. Removes trailing
 * slashes.
 */
export function baseUrl() {
  return z
    .string()
    .refine(
      isAcceptableBaseUrl,
      'must be an https URL (http only on loopback) without user and query',
    )
    .transform((text) => text.replace(/\/+$/, ''));
}

export function isLoopbackUrl(text: string): boolean {
  return isLocalHost(bareHost(new URL(text).hostname));
}

/** A proxy address for Express: an IP address or a subnet in CIDR notation. */
export function isProxyAddress(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  // A prefix of 0 trusts everyone, so any client could forge its address.
  return /^[1-9][0-9]{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}

const REDIS_HINTS: readonly [RegExp, string][] = [
  [
    /sentinel/i,
    'Sentinel is not supported; name one address that follows the primary, such as a proxy or a DNS name',
  ],
  [
    /^[a-z+]+:\/\/(?:[^/]*@)?[^/?#]*,/i,
    'several hosts are not supported; name one address that follows the primary',
  ],
  [/cluster/i, 'a Redis Cluster is not supported; name one server'],
];

/**
 * A URL with host, port, credentials and database number. Anything else is refused, because it would be
 * ignored.
 */
export function redisUrl() {
  return z.string().superRefine((text, context) => {
    if (isRedisUrl(text)) return;
    const hint = REDIS_HINTS.find(([form]) => form.test(text))?.[1];
    context.addIssue(hint ?? 'must be a URL such as rediss://user:password@host:6379/0');
  });
}

export function isRedisUrl(text: string): boolean {
  const url = parseUrl(text);
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') return false;
  if (!/^\/?[0-9]{0,4}$/.test(url.pathname + url.search + url.hash)) return false;
  return [url.username, url.password].every(isDecodable);
}

export function isOrigin(text: string): boolean {
  const url = parseUrl(text);
  return url !== undefined && /^https?:$/.test(url.protocol) && url.origin === text;
}

function isAcceptableBaseUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url?.username !== '' || url.password !== '') return false;
  if (url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackUrl(text));
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
