import { readFileSync } from 'node:fs';
import { config as readDotenv } from 'dotenv';
import type { ZodError } from 'zod';
import { faultMessage } from '../domain/fault-message.js';
import { CHANNELS } from '../domain/verification.js';
import { parseTestNumber, type TestNumber } from '../domain/test-number.js';
import { accountsOf } from './accounts.js';
import type { Config, ProviderRoutes } from './config.js';
import { databaseFaults, databaseUrl, DATABASE_VARIABLES } from './database.js';
import { ENV_SCHEMA, type Env } from './env.js';
import { readRoutes } from './provider-routes.js';
import { findFaults, sendAllApplications } from './rules.js';
import { findUnknownVariables, isServiceLink, type UnknownVariable } from './unknown-variables.js';

export type RawEnvironment = Readonly<Record<string, string | undefined>>;

/** Lists all errors of the configuration. Messages name variables and rules, never values. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is invalid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * The environment of this process. Outside production, a `.env` file in the working directory supplies
 * unset variables. Empty values count as not set.
 */
export function readEnvironment(own: RawEnvironment = process.env): RawEnvironment {
  const real = withoutEmpty(own);
  if (isProduction(real)) return real;
  const fromFile: Record<string, string> = {};
  readDotenv({ quiet: true, processEnv: fromFile });
  return { ...withoutEmpty(fromFile), ...real };
}

/**
 * Validates the environment and applies defaults. Production refuses variables whose names are misspelt.
 * @throws ConfigError with all errors
 */
export function loadConfig(environment: RawEnvironment): Config {
  return load(environment, findFaults);
}

/**
 * Like `loadConfig`, for commands that send nothing and use no secret: production may lack those.
 * @throws ConfigError with all errors
 */
export function loadCommandConfig(environment: RawEnvironment): Config {
  return load(environment, (env) => databaseFaults(env, env.NODE_ENV === 'production'));
}

function load(
  environment: RawEnvironment,
  findFaultsIn: (env: Env, routes: ProviderRoutes) => string[],
): Config {
  const given = withoutServiceLinks(withoutEmpty(environment));
  const unknown = findUnknownVariables(Object.keys(given));
  const refused = unknown.filter(({ isCertain }) => isCertain && isProduction(given));
  const faults = refused.map(describeUnknown);
  const raw = withFiles(given, faults);
  const parsed = ENV_SCHEMA.safeParse(raw, { error: faultMessage });
  if (!parsed.success) {
    throw new ConfigError([...faults, ...faultsOf(parsed.error)]);
  }
  const { routes, faults: routeFaults } = readRoutes(parsed.data, raw);
  faults.push(...routeFaults, ...findFaultsIn(parsed.data, routes));
  if (faults.length > 0) throw new ConfigError(faults);
  return { ...toConfig(parsed.data, routes), warnings: unknown.map(describeUnknown) };
}

/**
 * The database alone: migrations and seeds need neither credentials of providers nor secrets.
 * @throws ConfigError with all errors
 */
export function loadDatabaseConfig(
  environment: RawEnvironment,
): Pick<Config['database'], 'url' | 'connectTimeoutMs'> {
  const faults: string[] = [];
  const parsed = ENV_SCHEMA.pick(DATABASE_VARIABLES).safeParse(
    withFiles(withoutServiceLinks(withoutEmpty(environment)), faults),
    { error: faultMessage },
  );
  if (!parsed.success) {
    throw new ConfigError([...faults, ...faultsOf(parsed.error)]);
  }
  faults.push(...databaseFaults(parsed.data, isProduction(environment)));
  if (faults.length > 0) throw new ConfigError(faults);
  return { url: databaseUrl(parsed.data), connectTimeoutMs: parsed.data.DB_CONNECT_TIMEOUT_MS };
}

const isProduction = ({ NODE_ENV: environment }: RawEnvironment) => environment === 'production';

function describeUnknown({ name, nearest }: UnknownVariable): string {
  return `${name}: is not a variable of this service; did you mean ${nearest}?`;
}

function toConfig(env: Env, routes: ProviderRoutes): Omit<Config, 'warnings'> {
  const production = env.NODE_ENV === 'production';
  return {
    environment: env.NODE_ENV,
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    trustProxy: (env.TRUST_PROXY ?? []).filter((item) => item !== 'off'),
    corsOrigins: env.CORS_ORIGINS ?? [],
    callers: env.CALLERS ?? 'open',
    basePath: basePathOf(env.PUBLIC_URL),
    demo: !production,
    docs: env.DOCS ?? !production,
    metricsToken: env.METRICS_TOKEN,
    database: {
      url: databaseUrl(env),
      poolMax: env.DB_POOL_MAX,
      prepare: env.DB_PREPARE,
      connectTimeoutMs: env.DB_CONNECT_TIMEOUT_MS,
    },
    redisUrl: env.REDIS_URL,
    routes,
    smsSender: env.SMS_SENDER,
    accounts: accountsOf(env),
    callbacks: {
      token: env.CALLBACK_TOKEN,
      ownCodes: env.SINCH_OWN_CODES,
      sinchSmsSecret: env.SINCH_SMS_WEBHOOK_SECRET,
    },
    webhooks: { allowPrivate: env.WEBHOOK_ALLOW_PRIVATE ?? !production },
    providerTimeoutMs: env.PROVIDER_TIMEOUT_MS,
    providerMaxConcurrent: env.PROVIDER_MAX_CONCURRENT,
    providerBreakerFailures: env.PROVIDER_BREAKER_FAILURES,
    otp: otpConfig(env),
    auth: authConfig(env),
    limits: {
      resendCooldownSeconds: env.LIMIT_RESEND_COOLDOWN_SECONDS,
      sendPerIp: env.LIMIT_SEND_PER_IP,
      checkPerIp: env.LIMIT_CHECK_PER_IP,
      sendPerPhone: env.LIMIT_SEND_PER_PHONE,
      wrongPerPhone: env.LIMIT_WRONG_PER_PHONE,
      sendPerPrefix: env.LIMIT_SEND_PER_PREFIX,
      sendPerCountry: env.LIMIT_SEND_PER_COUNTRY,
      sendTotal: env.LIMIT_SEND_TOTAL,
      sendAllApplications: sendAllApplications(env),
      sendToVerified: env.LIMIT_SEND_TO_VERIFIED,
      sendPerApplication: env.LIMIT_SEND_PER_APPLICATION,
      loginPerAccount: env.LIMIT_LOGIN_PER_ACCOUNT,
    },
    proof: {
      privateKeys: env.PROOF_PRIVATE_KEY?.replaceAll('\\n', '\n'),
      issuer: env.PROOF_ISSUER,
      audience: env.PROOF_AUDIENCE,
      ttlSeconds: env.PROOF_TTL_SECONDS,
    },
    retentionDays: env.RETENTION_DAYS,
    shutdownDelayMs: env.SHUTDOWN_DELAY_MS,
  };
}

function basePathOf(publicUrl: string | undefined): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
}

function authConfig(env: Env): Config['auth'] {
  return {
    enabled: env.ACCOUNTS,
    secrets: splitSecrets(env.ACCOUNT_SECRET),
    accessTtlSeconds: env.ACCESS_TOKEN_TTL_SECONDS,
    sessionTtlSeconds: env.SESSION_TTL_SECONDS,
    sessionIdleSeconds: env.SESSION_IDLE_SECONDS,
    totpStepsBack: env.TOTP_STEPS_BACK,
  };
}

function splitSecrets(secrets: string | undefined): string[] {
  return secrets?.split(',').map((secret) => secret.trim()) ?? [];
}

function otpConfig(env: Env): Config['otp'] {
  return {
    secrets: splitSecrets(env.OTP_SECRET),
    channels: new Set(env.OTP_CHANNELS ?? CHANNELS),
    length: env.OTP_LENGTH,
    message: {
      brand: env.OTP_BRAND,
      origin: env.OTP_ORIGIN,
      androidAppHash: env.OTP_ANDROID_APP_HASH,
    },
    ttlSeconds: env.OTP_TTL_SECONDS,
    maxAttempts: env.OTP_MAX_ATTEMPTS,
    countries:
      env.OTP_COUNTRIES === undefined || env.OTP_COUNTRIES.includes('*')
        ? '*'
        : new Set(env.OTP_COUNTRIES),
    allowVoip: env.OTP_ALLOW_VOIP,
    allowPersonal: env.OTP_ALLOW_PERSONAL,
    testNumbers: testNumbers(env),
    verifyByPhone: env.VERIFY_BY_PHONE,
    verifyByPhoneStepMs: env.VERIFY_BY_PHONE_STEP_MS,
  };
}

function testNumbers(env: Env): TestNumber[] {
  return (env.OTP_TEST_NUMBERS ?? []).map(parseTestNumber).filter((number) => number !== undefined);
}

function faultsOf({ issues }: ZodError): string[] {
  return issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

function withoutEmpty(environment: RawEnvironment): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
  );
  return Object.fromEntries(entries);
}

/** Kubernetes may inject a `DB_PORT` of its own, so the links to other services are not read. */
function withoutServiceLinks(environment: Record<string, string>): Record<string, string> {
  const entries = Object.entries(environment).filter((entry) => !isServiceLink(...entry));
  return Object.fromEntries(entries);
}

/** Reads mounted secrets: NAME_FILE supplies the value of NAME unless NAME is set. */
function withFiles(environment: Record<string, string>, faults: string[]): Record<string, string> {
  const filled = { ...environment };
  for (const name of Object.keys(ENV_SCHEMA.shape)) {
    const path = environment[`${name}_FILE`];
    if (path === undefined || filled[name] !== undefined) continue;
    try {
      filled[name] = readFileSync(path, 'utf8').trim();
    } catch {
      faults.push(`${name}_FILE: cannot be read`);
    }
  }
  return filled;
}
