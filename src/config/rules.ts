import { createPrivateKey } from 'node:crypto';
import { MAX_COUNT, type Limit } from '../domain/limit.js';
import { parseTestNumber } from '../domain/test-number.js';
import type { ProviderRoutes } from './config.js';
import { databaseFaults } from './database.js';
import type { Env } from './env.js';
import { isServed } from './provider-routes.js';
import { developmentFaults, providerFaults, requiredVariables } from './provider-rules.js';

const MIN_SECRET_LENGTH = 32;
const PRIVATE_KEY_PEM = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g;

/** Checks rules that span several variables. Each error names the variable to change. */
export function findFaults(env: Env, routes: ProviderRoutes): string[] {
  const faults = [
    ...databaseFaults(env, env.NODE_ENV === 'production'),
    ...providerFaults(env, routes),
    ...secretFaults(env),
    ...testNumberFaults(env),
  ];
  if (env.NODE_ENV === 'production') faults.push(...productionFaults(env, routes));
  return faults;
}

/** Unless set, four applications can use up LIMIT_SEND_TOTAL before a fifth is refused. */
export function sendAllApplications({
  LIMIT_SEND_ALL_APPLICATIONS: own,
  LIMIT_SEND_TOTAL: total,
}: Pick<Env, 'LIMIT_SEND_ALL_APPLICATIONS' | 'LIMIT_SEND_TOTAL'>): Limit[] {
  return own ?? total.map((limit) => ({ ...limit, count: Math.min(4 * limit.count, MAX_COUNT) }));
}

export function splitPrivateKeys(pem: string): string[] {
  return pem.match(PRIVATE_KEY_PEM) ?? [];
}

function testNumberFaults(env: Env): string[] {
  const numbers = (env.OTP_TEST_NUMBERS ?? []).flatMap((item) => parseTestNumber(item) ?? []);
  const faults: string[] = [];
  const outside = numbers.filter(({ country }) => !isServed(env, country)).map((n) => n.country);
  if (outside.length > 0) {
    const countries = [...new Set(outside)].join(', ');
    faults.push(`OTP_TEST_NUMBERS: OTP_COUNTRIES does not serve ${countries}`);
  }
  if (new Set(numbers.map(({ phoneNumber }) => phoneNumber)).size < numbers.length) {
    faults.push('OTP_TEST_NUMBERS: names a number twice');
  }
  return faults;
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

function productionFaults(env: Env, routes: ProviderRoutes): string[] {
  const required: (keyof Env)[] = ['OTP_SECRET', 'OTP_COUNTRIES', 'PROOF_PRIVATE_KEY'];
  if (env.ACCOUNTS) required.push('ACCOUNT_SECRET');
  const missing = [
    ...requiredVariables(env, routes),
    ...required.filter((name) => env[name] === undefined),
  ];
  const faults = missing.map((name) => `${name}: must be set in production`);
  if (env.CALLERS === undefined) {
    faults.push(
      'CALLERS: choose keys (each request needs a key) or open (anyone may send): must be set in production',
    );
  }
  if (env.OTP_TEST_NUMBERS?.some((item) => !item.includes('@'))) {
    faults.push('OTP_TEST_NUMBERS: each number needs a last day in production');
  }
  if (!env.PROVIDER_ALLOW_LOOPBACK) faults.push(...developmentFaults(env));
  return faults;
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
