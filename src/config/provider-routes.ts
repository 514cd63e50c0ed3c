import { isKnownCountry } from '../domain/phone-number.js';
import type { Channel } from '../domain/verification.js';
import type { ProviderRoutes } from './config.js';
import type { Env } from './env.js';
import { nameList } from './fields.js';
import { channelsOf, PROVIDER_NAMES, type ProviderName } from './providers.js';

const ROUTE = /^ROUTE_(.+)$/;

/**
 * Reads VERIFICATION_PROVIDERS and all ROUTE_<COUNTRY> variables. A route that can never work is an error.
 */
export function readRoutes(
  env: Env,
  raw: Readonly<Record<string, string | undefined>>,
): { routes: ProviderRoutes; faults: string[] } {
  const byCountry = new Map<string, readonly ProviderName[]>();
  const faults: string[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const country = ROUTE.exec(name)?.[1];
    if (country === undefined) continue;
    const providers = nameList(PROVIDER_NAMES).safeParse(value);
    if (!isKnownCountry(country)) {
      faults.push(`${name}: must end with an ISO 3166-1 alpha-2 code, such as ROUTE_SE`);
    } else if (!isServed(env, country)) {
      faults.push(`${name}: OTP_COUNTRIES does not include this country`);
    } else if (providers.success) byCountry.set(country, providers.data);
    else faults.push(...providers.error.issues.map(({ message }) => `${name}: ${message}`));
  }
  const routes = { everywhere: env.VERIFICATION_PROVIDERS, byCountry };
  return { routes, faults: [...faults, ...channelFaults(env, routes)] };
}

/** Channels that no provider supports, and routes whose providers support none of the channels. */
function channelFaults({ OTP_CHANNELS: channels }: Env, routes: ProviderRoutes): string[] {
  if (channels === undefined) return [];
  const isSupported = (names: Iterable<ProviderName>, channel: Channel) =>
    [...names].some((name) => channelsOf(name).includes(channel));
  const unsupportedChannels = channels.filter(
    (channel) => !isSupported(usedProviders(routes), channel),
  );
  const uselessRoutes = [...routes.byCountry].filter(
    ([, names]) => !channels.some((channel) => isSupported(names, channel)),
  );
  return [
    ...unsupportedChannels.map(
      (channel) => `OTP_CHANNELS: no provider in use supports "${channel}"`,
    ),
    ...uselessRoutes.map(
      ([country]) => `ROUTE_${country}: none of its providers supports any of OTP_CHANNELS`,
    ),
  ];
}

export function usedProviders({ everywhere, byCountry }: ProviderRoutes): Set<ProviderName> {
  return new Set([everywhere, ...byCountry.values()].flat());
}

/** Whether OTP_COUNTRIES includes the country; unset, it includes all. */
export function isServed({ OTP_COUNTRIES: countries }: Env, country: string): boolean {
  return countries === undefined || countries.includes('*') || countries.includes(country);
}
