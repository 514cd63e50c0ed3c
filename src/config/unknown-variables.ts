import { editDistance } from '../domain/edit-distance.js';
import { ENV_SCHEMA } from './env.js';
import { simulatorEnvSchema } from './simulator-env.js';

export interface UnknownVariable {
  name: string;
  /** The known variable with the most similar name. */
  nearest: string;
  /** Whether the name cannot be meant for another program. */
  isCertain: boolean;
}

const SETTINGS = [...Object.keys(ENV_SCHEMA.shape), ...Object.keys(simulatorEnvSchema.shape)];
const KNOWN: ReadonlySet<string> = new Set(SETTINGS.flatMap((name) => [name, `${name}_FILE`]));
const PREFIXES: ReadonlySet<string> = new Set(
  SETTINGS.map(prefixOf).filter((prefix) => prefix !== undefined),
);
/** Prefixes that other programs use too, so that production only warns, unless the name is a near miss. */
const SHARED_PREFIXES: ReadonlySet<string> = new Set(
  'ACCESS ACCOUNT DATABASE LOG METRICS PUBLIC REDIS'.split(' '),
);
/** Prefixes of Node and of desktops (`NODE_OPTIONS`, `SESSION_MANAGER`): only near misses count. */
const FOREIGN_PREFIXES: ReadonlySet<string> = new Set(['NODE', 'SESSION']);
const NEAR_MISS = 2;
/** Short names resemble too many others. */
const MIN_NEAR_MISS_LENGTH = 8;

/** Variables that look like settings of this service but are none, in the order of the environment. */
export function findUnknownVariables(names: readonly string[]): UnknownVariable[] {
  return names.flatMap((name) => {
    // `ROUTE_<COUNTRY>` has rules of its own.
    if (KNOWN.has(name) || name.startsWith('ROUTE_')) return [];
    const upper = name.toUpperCase();
    const prefix = prefixOf(upper) ?? '';
    const hasPrefix = PREFIXES.has(prefix) && !FOREIGN_PREFIXES.has(prefix);
    const { nearest, distance } = nearestTo(upper, hasPrefix ? Infinity : NEAR_MISS);
    const isNearMiss = distance <= NEAR_MISS && name.length >= MIN_NEAR_MISS_LENGTH;
    if (!isNearMiss && !hasPrefix) return [];
    return [{ name, nearest, isCertain: isNearMiss || !SHARED_PREFIXES.has(prefix) }];
  });
}

/**
 * Whether Kubernetes or Docker injected the variable for a service in the same namespace:
 * `REDIS_SERVICE_HOST`, `DB_PORT=tcp://10.0.0.1:5432`, `DB_PORT_5432_TCP_ADDR`.
 */
export function isServiceLink(name: string, value: string): boolean {
  if (/_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(name)) return true;
  if (/_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value);
}

function prefixOf(name: string): string | undefined {
  return /^([A-Z]+)_/.exec(name)?.[1];
}

/** @param maximum distance beyond which names are not compared */
function nearestTo(name: string, maximum: number): { nearest: string; distance: number } {
  let best = { nearest: '', distance: Infinity };
  for (const nearest of KNOWN) {
    if (Math.abs(nearest.length - name.length) > maximum) continue;
    const distance = editDistance(name, nearest);
    const isTie = distance === best.distance && name.startsWith(nearest);
    if (distance < best.distance || isTie) best = { nearest, distance };
  }
  return best;
}
