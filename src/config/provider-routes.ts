import { isKnownCountry } from '../domain/phone-number.js';
import type { ProviderName, ProviderRoutes } from './config.js';
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
  return { routes: { everywhere: env.VERIFICATION_PROVIDERS, byCountry }, faults };
}

/** Every provider that some number is routed to. */
export function usedProviders({ everywhere, byCountry }: ProviderRoutes): Set<ProviderName> {
  return new Set([...everywhere, ...[...byCountry.values()].flat()]);
}

function isServed({ OTP_COUNTRIES: countries }: Env, country: string): boolean {
  return countries === undefined || countries.includes('*') || countries.includes(country);
}
