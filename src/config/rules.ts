import { createPrivateKey } from 'node:crypto';
import { parseTestNumber } from '../domain/test-number.js';
import { REQUIRED_VARIABLES } from './accounts.js';
import type { ProviderRoutes } from './config.js';
import { databaseFaults } from './database.js';
import * as development from './development-defaults.js';
import type { Env } from './env.js';
import { isLoopbackUrl } from './fields.js';
import { usedProviders } from './provider-routes.js';

const MIN_SECRET_LENGTH = 32;
const PRIVATE_KEY_PEM = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g;

/** Checks rules that span several variables. Each error names the variable to change. */
export function findFaults(
  env: Env,
  raw: Readonly<Record<string, string | undefined>>,
  routes: ProviderRoutes,
): string[] {
  const faults = [
    ...databaseFaults(env, env.NODE_ENV === 'production'),
    ...sinchFaults(env),
    ...smsFaults(env),
  ];
  faults.push(...secretFaults(env), ...testNumberFaults(env));
  if (env.NODE_ENV === 'production') faults.push(...productionFaults(env, raw, routes));
  return faults;
}

export function splitPrivateKeys(pem: string): string[] {
  return pem.match(PRIVATE_KEY_PEM) ?? [];
}

function sinchFaults(env: Env): string[] {
  const faults: string[] = [];
  if ((env.SINCH_APPLICATION_KEY === undefined) !== (env.SINCH_APPLICATION_SECRET === undefined)) {
    faults.push('SINCH_APPLICATION_KEY and SINCH_APPLICATION_SECRET: set both or neither');
  }
  const secret = env.SINCH_APPLICATION_SECRET;
  if (secret !== undefined && env.SINCH_AUTH === 'application' && !isBase64(secret)) {
    faults.push('SINCH_APPLICATION_SECRET: must be base64, as the Sinch dashboard shows it');
  }
  return faults;
}

function smsFaults(env: Env): string[] {
  const { SINCH_SMS_PROJECT_ID: project, SINCH_SMS_SERVICE_PLAN_ID: plan } = env;
  const faults: string[] = [];
  if (project !== undefined && plan !== undefined) {
    faults.push('SINCH_SMS_PROJECT_ID and SINCH_SMS_SERVICE_PLAN_ID: set one of them');
  }
  if ((plan === undefined) !== (env.SINCH_SMS_API_TOKEN === undefined)) {
    faults.push('SINCH_SMS_SERVICE_PLAN_ID and SINCH_SMS_API_TOKEN: set both or neither');
  }
  const projectVariables = [project, env.SINCH_SMS_KEY_ID, env.SINCH_SMS_KEY_SECRET];
  const setCount = projectVariables.filter((value) => value !== undefined).length;
  if (setCount !== 0 && setCount !== projectVariables.length) {
    faults.push('SINCH_SMS_PROJECT_ID, SINCH_SMS_KEY_ID and SINCH_SMS_KEY_SECRET: set all or none');
  }
  return faults;
}

function testNumberFaults(env: Env): string[] {
  const numbers = (env.OTP_TEST_NUMBERS ?? []).flatMap((item) => parseTestNumber(item) ?? []);
  const faults: string[] = [];
  const outside = numbers.filter(({ country }) => !isServed(country, env)).map((n) => n.country);
  if (outside.length > 0) {
    const countries = [...new Set(outside)].join(', ');
    faults.push(`OTP_TEST_NUMBERS: OTP_COUNTRIES does not serve ${countries}`);
  }
  if (new Set(numbers.map(({ phoneNumber }) => phoneNumber)).size < numbers.length) {
    faults.push('OTP_TEST_NUMBERS: names a number twice');
  }
  return faults;
}

function isServed(country: string, { OTP_COUNTRIES: countries }: Env): boolean {
  return countries === undefined || countries.includes('*') || countries.includes(country);
}

function secretFaults(env: Env): string[] {
  const faults = [...shortSecrets('OTP_SECRET', env), ...shortSecrets('ACCOUNT_SECRET', env)];
  const unguessable = {
    OTP_SECRET: secretsOf(env.OTP_SECRET),
    ACCOUNT_SECRET: secretsOf(env.ACCOUNT_SECRET),
    CALLBACK_TOKEN: [env.CALLBACK_TOKEN ?? []].flat(),
  };
  for (const [name, values] of Object.entries(unguessable)) {
    if (values.some((value) => new Set(value).size < 8)) {
      faults.push(`${name}: must be random, for example from "openssl rand -hex 32"`);
    }
  }
  if (env.PROOF_PRIVATE_KEY !== undefined && !areEd25519Keys(env.PROOF_PRIVATE_KEY)) {
    faults.push(
      'PROOF_PRIVATE_KEY: must be Ed25519 in PKCS #8 PEM ("openssl genpkey -algorithm ed25519"), each key once',
    );
  }
  return faults;
}

function shortSecrets(name: 'OTP_SECRET' | 'ACCOUNT_SECRET', env: Env): string[] {
  return secretsOf(env[name]).some((secret) => secret.length < MIN_SECRET_LENGTH)
    ? [`${name}: each secret must have at least ${MIN_SECRET_LENGTH} characters`]
    : [];
}

function secretsOf(text: string | undefined): string[] {
  return text?.split(',').map((secret) => secret.trim()) ?? [];
}

/** URLs of providers, which must not be on this machine in production. */
const PROVIDER_URLS = [
  'SINCH_VERIFICATION_URL',
  'INFOBIP_BASE_URL',
  'SINCH_SMS_URL',
  'SINCH_SMS_AUTH_URL',
] as const;

const PUBLISHED = {
  SINCH_APPLICATION_SECRET: development.DEVELOPMENT_SINCH_APPLICATION_SECRET,
  INFOBIP_API_KEY: development.DEVELOPMENT_INFOBIP_API_KEY,
  SINCH_SMS_API_TOKEN: development.DEVELOPMENT_SINCH_SMS_API_TOKEN,
  SINCH_SMS_KEY_SECRET: development.DEVELOPMENT_SINCH_SMS_KEY_SECRET,
} as const;

function publishedFaults(env: Env): string[] {
  const names = Object.keys(PUBLISHED) as (keyof typeof PUBLISHED)[];
  return names
    .filter((name) => env[name] === PUBLISHED[name])
    .map((name) => `${name}: is the published development value, which production must not use`);
}

function productionFaults(
  env: Env,
  raw: Readonly<Record<string, string | undefined>>,
  routes: ProviderRoutes,
): string[] {
  const faults: string[] = [];
  const providers = [...usedProviders(routes)];
  const required: (keyof Env)[] = providers.flatMap((name) => REQUIRED_VARIABLES[name](env));
  required.push('OTP_SECRET', 'OTP_COUNTRIES', 'PROOF_PRIVATE_KEY');
  if (env.ACCOUNTS) required.push('ACCOUNT_SECRET');
  for (const name of required) {
    if (env[name] === undefined) faults.push(`${name}: must be set in production`);
  }
  if (env.OTP_TEST_NUMBERS?.some((item) => !item.includes('@'))) {
    faults.push('OTP_TEST_NUMBERS: each number needs a last day in production');
  }
  if (!env.PROVIDER_ALLOW_LOOPBACK)
    faults.push(...publishedFaults(env), ...loopbackFaults(env, raw));
  return faults;
}

function loopbackFaults(env: Env, raw: Readonly<Record<string, string | undefined>>): string[] {
  return PROVIDER_URLS.filter((name) => {
    const url = env[name];
    return raw[name] !== undefined && url !== undefined && isLoopbackUrl(url);
  }).map(
    (name) =>
      `${name}: a provider on this machine requires PROVIDER_ALLOW_LOOPBACK=true in production`,
  );
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length > 0;
}

function areEd25519Keys(value: string): boolean {
  const keys = splitPrivateKeys(value.replaceAll('\\n', '\n'));
  // Two published keys with the same id would make every proof unverifiable.
  const areDifferent = new Set(keys.map((pem) => pem.replace(/\s/g, ''))).size === keys.length;
  return keys.length > 0 && areDifferent && keys.every(isEd25519);
}

function isEd25519(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
