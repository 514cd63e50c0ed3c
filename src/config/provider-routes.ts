import { isKnownCountry } from '../domain/phone-number.js';
import type { Channel } from '../domain/verification.js';
import { PROVIDER_CHANNELS, type ProviderName, type ProviderRoutes } from './config.js';
import type { Env } from './env.js';
import { providerList } from './fields.js';

const ROUTE = /^ROUTE_(.+)$/;

/** VERIFICATION_PROVIDERS and every ROUTE_<COUNTRY>. Faults name the variable; a route that cannot work is one. */
export function readRoutes(
  env: Env,
  raw: Readonly<Record<string, string | undefined>>,
): { routes: ProviderRoutes; faults: string[] } {
  const byCountry = new Map<string, readonly ProviderName[]>();
  const faults: string[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const country = ROUTE.exec(name)?.[1];
    if (country === undefined) continue;
    const providers = providerList().safeParse(value);
    if (!isKnownCountry(country)) {
      faults.push(`${name}: must end with an ISO 3166-1 alpha-2 code, such as ROUTE_SE`);
    } else if (!isServed(env, country)) {
      faults.push(`${name}: OTP_COUNTRIES does not serve this country, so the route never works`);
    } else if (providers.success) byCountry.set(country, providers.data);
    else faults.push(...providers.error.issues.map(({ message }) => `${name}: ${message}`));
  }
  const routes = { everywhere: env.VERIFICATION_PROVIDERS, byCountry };
  return { routes, faults: [...faults, ...silentFaults(env, routes)] };
}

/** Channels that nobody speaks, and routes on which nobody speaks any of them: they can never work. */
function silentFaults({ OTP_CHANNELS: channels }: Env, routes: ProviderRoutes): string[] {
  if (channels === undefined) return [];
  const speaks = (names: Iterable<ProviderName>, channel: Channel) =>
    [...names].some((name) => (PROVIDER_CHANNELS[name] as readonly Channel[]).includes(channel));
  const silent = channels.filter((channel) => !speaks(usedProviders(routes), channel));
  const mute = [...routes.byCountry].filter(
    ([, names]) => !channels.some((channel) => speaks(names, channel)),
  );
  return [
    ...silent.map((channel) => `OTP_CHANNELS: no provider that is used has "${channel}"`),
    ...mute.map(([country]) => `ROUTE_${country}: none of its providers has any of OTP_CHANNELS`),
  ];
}

/** Every provider that some number is routed to. */
export function usedProviders({ everywhere, byCountry }: ProviderRoutes): Set<ProviderName> {
  return new Set([...everywhere, ...[...byCountry.values()].flat()]);
}

function isServed({ OTP_COUNTRIES: countries }: Env, country: string): boolean {
  return countries === undefined || countries.includes('*') || countries.includes(country);
}
