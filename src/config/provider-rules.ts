import {
  ACCOUNT_RECORDS,
  accountRecordsOf,
  accountsOf,
  valuesOf,
  type AccountRecord,
} from './accounts.js';
import type { ProviderRoutes } from './config.js';
import type { Env } from './env.js';
import { isLoopbackUrl } from './fields.js';
import { usedProviders } from './provider-routes.js';

/** Rules that every provider and SMS sender follows. They read nothing but the records. */

/** What is wrong in any environment. */
export function providerFaults(env: Env, routes: ProviderRoutes): string[] {
  const combinations = ACCOUNT_RECORDS.flatMap((record) => record.faults?.(valuesOf(env)) ?? []);
  return env.NODE_ENV === 'production'
    ? combinations
    : [...combinations, ...unsimulatedFaults(env, routes)];
}

/** Variables without which the used providers cannot work in production. */
export function requiredVariables(env: Env, routes: ProviderRoutes): string[] {
  return accountRecordsOf(usedProviders(routes), env.SMS_SENDER).flatMap((record) =>
    missingVariables(record, env),
  );
}

/** Development credentials and addresses on this machine, which production refuses. */
export function developmentFaults(env: Env): string[] {
  return [...publishedFaults(env), ...loopbackFaults(env)];
}

/** Development starts a simulator for an account that is missing, unless there is none. */
function unsimulatedFaults(env: Env, routes: ProviderRoutes): string[] {
  const accounts = accountsOf(env);
  return accountRecordsOf(usedProviders(routes), env.SMS_SENDER)
    .filter(({ name, simulator }) => simulator === null && accounts[name] === undefined)
    .flatMap((record) =>
      missingVariables(record, env).map(
        (variable) => `${variable}: must be set, because ${record.name} has no simulator`,
      ),
    );
}

function missingVariables(record: AccountRecord, env: Env): string[] {
  const values = valuesOf(env);
  const required = record.required?.(values) ?? credentialsOf(record);
  return required.filter((name) => values[name] === undefined);
}

function credentialsOf({ variables }: AccountRecord): string[] {
  return Object.keys(variables).filter((name) => 'development' in (variables[name] ?? {}));
}

function publishedFaults(env: Env): string[] {
  return everyVariable()
    .filter(([name, variable]) => {
      const isSecret = variable.kind === 'secret';
      return isSecret && valuesOf(env)[name] === variable.development;
    })
    .map(([name]) => `${name}: is the published development value, which production must not use`);
}

function loopbackFaults(env: Env): string[] {
  return everyVariable()
    .filter(([name, { kind }]) => {
      const value = valuesOf(env)[name];
      return kind === 'url' && typeof value === 'string' && isLoopbackUrl(value);
    })
    .map(
      ([name]) =>
        `${name}: a provider on this machine requires PROVIDER_ALLOW_LOOPBACK=true in production`,
    );
}

function everyVariable() {
  return ACCOUNT_RECORDS.flatMap(({ variables }) => Object.entries(variables));
}
